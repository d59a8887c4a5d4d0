using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation.Inputs;

/// <summary>What changes a match from outside.</summary>
public enum InputEntryKind : byte
{
    Join = 1,
    Leave = 2,
    Input = 3,

    /// <summary>Cells of the map that its designer has changed; of no player.</summary>
    MapChange = 4,
}

/// <summary>Joins, leaves and inputs that wait for the next tick, in order of arrival. Bounded; nothing allocates once it has grown.</summary>
internal sealed class InputQueue
{
    private readonly byte[] _waitingOfPlayer = new byte[Limits.PlayersMax + 1];
    private Entry[] _entries = new Entry[16];
    private byte[] _bytes = new byte[256];
    private int _byteCount;

    public int Count { get; private set; }

    public bool TryAddInput(PlayerId player, int opCode, ReadOnlySpan<byte> data)
    {
        if (_waitingOfPlayer[player.Value] == Limits.InputsPerPlayerMax || Count >= Limits.InputsWaitingMax || _byteCount + data.Length > Limits.InputBytesWaitingMax)
        {
            return false;
        }

        _waitingOfPlayer[player.Value]++;
        Add(InputEntryKind.Input, player, opCode, data);
        return true;
    }

    /// <summary>True when nobody may join before the next tick. A leave is never refused: it follows a join that was not.</summary>
    public bool IsFull => Count >= Limits.InputsWaitingMax;

    /// <summary>Changed cells of the map, part by part; all or nothing.</summary>
    public bool TryAddMapChange(ReadOnlySpan<byte> runs)
    {
        int parts = (runs.Length + Limits.MessageBytesMax - 1) / Limits.MessageBytesMax;
        if (Count + parts > Limits.InputsWaitingMax || _byteCount + runs.Length > Limits.InputBytesWaitingMax)
        {
            return false;
        }

        for (; runs.Length > 0; runs = runs[Math.Min(runs.Length, Limits.MessageBytesMax)..])
        {
            Add(InputEntryKind.MapChange, PlayerId.None, 0, runs[..Math.Min(runs.Length, Limits.MessageBytesMax)]);
        }

        return true;
    }

    public void AddChange(InputEntryKind kind, PlayerId player) => Add(kind, player, 0, []);

    public void Get(int index, out InputEntryKind kind, out PlayerId player, out int opCode, out ReadOnlySpan<byte> data)
    {
        Entry entry = _entries.AsSpan(0, Count)[index];
        kind = entry.Kind;
        player = entry.Player;
        opCode = entry.OpCode;
        data = _bytes.AsSpan(entry.Offset, entry.Length);
    }

    public void Save(StateWriter writer)
    {
        writer.Int(Count);
        for (int i = 0; i < Count; i++)
        {
            Get(i, out InputEntryKind kind, out PlayerId player, out int opCode, out ReadOnlySpan<byte> data);
            writer.Int((int)kind);
            writer.Int(player.Value);
            writer.Int(opCode);
            writer.Int(data.Length);
            writer.Bytes(data);
        }
    }

    /// <summary>Makes the queue what <see cref="Save"/> wrote; a damaged one leaves it unusable.</summary>
    /// <exception cref="InvalidDataException">An entry cannot be of this game.</exception>
    public void Restore(IReadOnlyDictionary<long, InputKind> kinds, int playersMax, Grid grid, ref StateReader reader)
    {
        Clear();
        int count = reader.Count(Limits.InputsWaitingMax + Limits.PlayersMax, "waiting inputs");
        for (int i = 0; i < count; i++)
        {
            var kind = (InputEntryKind)reader.Count((int)InputEntryKind.MapChange, "as the kind of an input");
            int player = reader.Count(playersMax, "as a player");
            int opCode = reader.Int();
            ReadOnlySpan<byte> data = reader.Bytes(reader.Count(Limits.MessageBytesMax, "bytes of an input"));
            bool fits = kind switch
            {
                InputEntryKind.Input => player > 0 && kinds.TryGetValue(opCode, out InputKind? known) && known.Bytes == data.Length,
                InputEntryKind.MapChange => player == 0 && opCode == 0 && MapRuns.Fit(grid, data),
                _ => player > 0 && kind != 0 && data.Length == 0 && opCode == 0,
            };
            if (!fits)
            {
                throw new InvalidDataException($"The checkpoint's waiting input {i} ({kind}, op code {opCode}, {data.Length} bytes of player {player}) cannot be of this game.");
            }

            if (kind == InputEntryKind.Input)
            {
                _waitingOfPlayer[player]++;
            }

            Add(kind, new PlayerId((byte)player), opCode, data);
        }
    }

    public void Clear()
    {
        Count = 0;
        _byteCount = 0;
        Array.Clear(_waitingOfPlayer);
    }

    private void Add(InputEntryKind kind, PlayerId player, int opCode, ReadOnlySpan<byte> data)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, _entries.Length * 2);
        }

        if (_byteCount + data.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _byteCount + data.Length));
        }

        data.CopyTo(_bytes.AsSpan(_byteCount));
        _entries[Count++] = new Entry(kind, player, opCode, _byteCount, data.Length);
        _byteCount += data.Length;
    }

    private readonly record struct Entry(InputEntryKind Kind, PlayerId Player, int OpCode, int Offset, int Length);
}
