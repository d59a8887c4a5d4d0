using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>
/// Up to <see cref="Capacity"/> records of a <see cref="RankTree"/>. A record keeps its number within the leaf; the order is a list of the
/// numbers, one byte each, the free ones behind (as in Masstree, Mao and others 2012). So inserting moves bytes, the place of a record is
/// found in two cache lines, and where a key comes is a count over its scores, which needs no order.
/// </summary>
internal struct RankLeaf
{
    public const int Capacity = 128;

    private const int LineBytes = 64;

    private Numbers _order;
    private Values _scores;
    private Values _subscores;
    private Values _sequences;
    private Ids _owners;

    public void Clear()
    {
        for (int i = 0; i < Capacity; i++)
        {
            _order[i] = (byte)i;
        }
        // Never below anything.
        ((Span<long>)_scores).Fill(long.MaxValue);
    }

    /// <summary>Asks the memory for what finding a key's place reads.</summary>
    public readonly void AskForScores()
    {
        AskForOrder();
        for (int i = 0; i < Capacity; i += LineBytes / sizeof(long))
        {
            Prefetch.Line(in _scores[i]);
        }
    }

    /// <summary>Asks the memory for what finding a record's place reads.</summary>
    public readonly void AskForOrder()
    {
        for (int i = 0; i < Capacity; i += LineBytes)
        {
            Prefetch.Line(in _order[i]);
        }
    }

    /// <summary>The number of the record at a place.</summary>
    public readonly int At(int place) => _order[place];

    public readonly RankKey Key(int number) => new(_scores[number], _subscores[number], _sequences[number]);

    [UnscopedRef]
    public readonly ref readonly Guid Owner(int number) => ref _owners[number];

    /// <summary>How many records of this leaf stand before one.</summary>
    public readonly int PlaceOf(int number) => ((ReadOnlySpan<byte>)_order).IndexOf((byte)number);

    /// <summary>Where a key comes: behind those not above it.</summary>
    public readonly int PlaceAfter(in RankKey key, int count)
    {
        int below = CountBelow(_scores, key.Score, out int equal);
        int end = below + Math.Min(equal, count - below);
        // Nearly always the newest of equal scores comes last.
        if (end == below || IsAtMost(_order[end - 1], key))
        {
            return end;
        }
        int low = below;
        for (int high = end - 1; low < high;)
        {
            int middle = (low + high) >>> 1;
            if (IsAtMost(_order[middle], key))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    /// <returns>The record's number.</returns>
    public int Insert(int place, int count, in Guid owner, in RankKey key)
    {
        Span<byte> order = _order;
        byte number = order[count];
        order[place..count].CopyTo(order[(place + 1)..]);
        order[place] = number;
        _owners[number] = owner;
        SetKey(number, key);
        return number;
    }

    public void Remove(int place, int count)
    {
        Span<byte> order = _order;
        byte number = order[place];
        order[(place + 1)..count].CopyTo(order[place..]);
        order[count - 1] = number;
        _scores[number] = long.MaxValue;
    }

    /// <summary>Moves a record to another place among the others.</summary>
    public void Move(int number, int place, in RankKey key)
    {
        Span<byte> order = _order;
        int from = PlaceOf(number);
        if (from < place)
        {
            place--;
            order[(from + 1)..(place + 1)].CopyTo(order[from..]);
        }
        else
        {
            order[place..from].CopyTo(order[(place + 1)..]);
        }
        order[place] = (byte)number;
        SetKey(number, key);
    }

    /// <summary>How many of the scores are below one, and how many are that one.</summary>
    public static int CountBelow(ReadOnlySpan<long> scores, long score, out int equal)
    {
        Vector<long> wanted = new(score);
        Vector<long> below = Vector<long>.Zero;
        Vector<long> same = Vector<long>.Zero;
        foreach (Vector<long> some in MemoryMarshal.Cast<long, Vector<long>>(scores))
        {
            // A comparison that holds is -1.
            below += Vector.LessThan(some, wanted);
            same += Vector.Equals(some, wanted);
        }
        equal = (int)-Vector.Sum(same);
        return (int)-Vector.Sum(below);
    }

    private readonly bool IsAtMost(int number, in RankKey key) => _subscores[number] < key.Subscore
        || (_subscores[number] == key.Subscore && _sequences[number] <= key.Sequence);

    private void SetKey(int number, in RankKey key)
    {
        _scores[number] = key.Score;
        _subscores[number] = key.Subscore;
        _sequences[number] = key.Sequence;
    }

    [InlineArray(Capacity)]
    private struct Numbers
    {
        private byte _first;
    }

    [InlineArray(Capacity)]
    private struct Values
    {
        private long _first;
    }

    [InlineArray(Capacity)]
    private struct Ids
    {
        private Guid _first;
    }
}
