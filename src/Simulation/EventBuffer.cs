using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation;

/// <summary>What a match said in one tick: to one player, or to everybody (<see cref="To"/> is none).</summary>
public readonly ref struct SimulationEvent
{
    internal SimulationEvent(PlayerId to, int opCode, ReadOnlySpan<byte> data)
    {
        To = to;
        OpCode = opCode;
        Data = data;
    }

    public PlayerId To { get; }

    public int OpCode { get; }

    /// <summary>The event's struct as it lies in memory, little-endian; valid until the next step.</summary>
    public ReadOnlySpan<byte> Data { get; }
}

/// <summary>The events of one tick, in the order they were told.</summary>
internal sealed class EventBuffer
{
    private Entry[] _entries = new Entry[16];
    private byte[] _bytes = new byte[256];
    private int _byteCount;

    public int Count { get; private set; }

    public SimulationEvent this[int index]
    {
        get
        {
            Entry entry = _entries.AsSpan(0, Count)[index];
            return new SimulationEvent(entry.To, entry.OpCode, _bytes.AsSpan(entry.Offset, entry.Length));
        }
    }

    public void Clear()
    {
        Count = 0;
        _byteCount = 0;
    }

    /// <exception cref="GameException">More events, or more bytes, than a tick may tell.</exception>
    public void Add(PlayerId to, int opCode, ReadOnlySpan<byte> data)
    {
        if (Count == Limits.EventsPerTickMax || _byteCount + data.Length > Limits.EventBytesPerTickMax)
        {
            throw new GameException($"a tick may tell {Limits.EventsPerTickMax} events of {Limits.EventBytesPerTickMax} bytes together; this one tells more");
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, _entries.Length * 2);
        }

        if (_byteCount + data.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _byteCount + data.Length));
        }

        data.CopyTo(_bytes.AsSpan(_byteCount));
        _entries[Count++] = new Entry(to, opCode, _byteCount, data.Length);
        _byteCount += data.Length;
    }

    private readonly record struct Entry(PlayerId To, int OpCode, int Offset, int Length);
}
