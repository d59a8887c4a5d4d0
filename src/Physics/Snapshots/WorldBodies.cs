using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Snapshots;

/// <summary>Where the bodies of a world were after one step: copies of the lists that queries look at.</summary>
internal sealed class WorldBodies
{
    private const int ListCount = 9;

    private readonly byte[][] _lists = new byte[ListCount][];
    private readonly int[] _lengths = new int[ListCount];

    /// <summary>Steps the world had made, or none yet.</summary>
    public ulong? StepCount { get; set; }

    public int StaticCount { get; set; }

    public int MovingCount { get; set; }

    public ReadOnlySpan<byte> this[int list] => _lists[list].AsSpan(0, _lengths[list]);

    public Span<byte> Sized(int list, int length)
    {
        if (_lists[list] is null || _lists[list].Length < length)
        {
            _lists[list] = GC.AllocateUninitializedArray<byte>(Math.Max(length, (_lists[list]?.Length ?? 0) * 2));
        }

        _lengths[list] = length;
        return _lists[list].AsSpan(0, length);
    }

    public void Save(StateWriter writer)
    {
        writer.Int(StepCount is null ? 0 : 1);
        if (StepCount is { } steps)
        {
            writer.Long(steps);
            writer.Int(StaticCount);
            writer.Int(MovingCount);
            for (int i = 0; i < ListCount; i++)
            {
                writer.Int(_lengths[i]);
                writer.Bytes(this[i]);
            }
        }
    }

    /// <exception cref="InvalidDataException">It is cut off. What the lists hold is for the caller to check.</exception>
    public static WorldBodies Read(ref StateReader reader)
    {
        var read = new WorldBodies();
        if (reader.Count(1, "as whether a step is remembered") == 1)
        {
            read.StepCount = reader.Long();
            read.StaticCount = reader.Count(Limits.BodiesMax, "static bodies");
            read.MovingCount = reader.Count(Limits.BodiesMax, "moving bodies");
            for (int i = 0; i < ListCount; i++)
            {
                ReadOnlySpan<byte> list = reader.Bytes(reader.Int());
                list.CopyTo(read.Sized(i, list.Length));
            }
        }

        return read;
    }
}
