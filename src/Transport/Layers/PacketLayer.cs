namespace RealtimeServer.Transport.Layers;

/// <summary>
/// Wraps every datagram between the socket and the connection, at both ends alike. A connection never sees its layer; it is only told that its
/// datagrams are smaller by <see cref="OverheadBytes"/>.
/// </summary>
internal abstract class PacketLayer : IDisposable
{
    /// <summary>Bytes a datagram grows by.</summary>
    public abstract int OverheadBytes { get; }

    /// <summary>Wraps a datagram of at least one byte.</summary>
    /// <param name="into">Room for the datagram and the overhead.</param>
    /// <returns>Bytes written.</returns>
    public abstract int Seal(ReadOnlySpan<byte> datagram, Span<byte> into);

    /// <summary>Unwraps a datagram. False if it is not one this layer has wrapped, or is one it has taken before: drop it without a word.</summary>
    /// <param name="into">Room for the datagram as it came.</param>
    public abstract bool TryOpen(ReadOnlySpan<byte> datagram, Span<byte> into, out int length);

    public virtual void Dispose() => GC.SuppressFinalize(this);
}
