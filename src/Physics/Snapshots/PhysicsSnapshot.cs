namespace RealtimeServer.Physics.Snapshots;

/// <summary>
/// All that a world remembers, contacts and their impulses included, as bytes. A world that is restored goes on with the same bits. The buffer
/// is kept and used again by the next save.
/// </summary>
public sealed class PhysicsSnapshot
{
    private byte[] _bytes = [];

    /// <summary>The snapshot as it can be stored and sent: little-endian, with version and checksum.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public int Length { get; private set; }

    /// <summary>Steps the world had made.</summary>
    public ulong StepCount { get; internal set; }

    /// <summary>True if the bytes came from a world of this process, and so need no check.</summary>
    internal bool IsTrusted { get; set; }

    /// <summary>Bytes from elsewhere. They are checked when a world is restored from them.</summary>
    public static PhysicsSnapshot FromBytes(ReadOnlySpan<byte> bytes)
    {
        var snapshot = new PhysicsSnapshot();
        bytes.CopyTo(snapshot.Sized(bytes.Length));
        return snapshot;
    }

    internal Span<byte> Sized(int length)
    {
        if (_bytes.Length < length)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(length, _bytes.Length * 2));
        }

        Length = length;
        return _bytes.AsSpan(0, length);
    }
}
