using System.Buffers;

namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>
/// Puts rows in order: by their scores with a radix sort from the last byte on (Knuth, "Sorting and Searching", 5.2.5), of which only as many
/// bytes count as the scores differ in, and among equal scores by comparison. Several times as fast as comparing alone, which for millions
/// of rows is a good part of a start. Not for several threads at once.
/// </summary>
internal sealed class RankRowSort : IDisposable
{
    // Below it, comparing is as fast.
    private const int RowsMin = 512;
    private const int Digits = 256;

    private RankRow[] _sorted = [];
    private (ulong Key, int Row)[] _from = [];
    private (ulong Key, int Row)[] _to = [];

    /// <summary>The rows in order; good until the next call.</summary>
    /// <param name="rows">They may be moved.</param>
    /// <param name="wereInOrder">There was nothing to do.</param>
    public ReadOnlySpan<RankRow> Sort(Span<RankRow> rows, out bool wereInOrder)
    {
        wereInOrder = IsInOrder(rows, out long least, out long greatest);
        if (wereInOrder)
        {
            return rows;
        }
        if (rows.Length < RowsMin)
        {
            rows.Sort();
            return rows;
        }
        Reserve(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            _from[i] = ((ulong)rows[i].RankScore - (ulong)least, i);
        }
        ulong range = (ulong)greatest - (ulong)least;
        for (int shift = 0; shift < 64 && range >> shift != 0; shift += 8)
        {
            Pass(rows.Length, shift);
        }
        Span<RankRow> sorted = _sorted.AsSpan(0, rows.Length);
        for (int i = 0; i < sorted.Length; i++)
        {
            sorted[i] = rows[_from[i].Row];
        }
        SortEqualScores(sorted);
        return sorted;
    }

    public void Dispose()
    {
        if (_sorted.Length > 0)
        {
            ArrayPool<RankRow>.Shared.Return(_sorted);
            _sorted = [];
        }
    }

    private static bool IsInOrder(ReadOnlySpan<RankRow> rows, out long least, out long greatest)
    {
        bool inOrder = true;
        (least, greatest) = (long.MaxValue, long.MinValue);
        for (int i = 0; i < rows.Length; i++)
        {
            least = Math.Min(least, rows[i].RankScore);
            greatest = Math.Max(greatest, rows[i].RankScore);
            inOrder = inOrder && (i == 0 || rows[i - 1].Key <= rows[i].Key);
        }
        return inOrder;
    }

    private static void SortEqualScores(Span<RankRow> rows)
    {
        for (int first = 0; first < rows.Length;)
        {
            int end = first + 1;
            while (end < rows.Length && rows[end].RankScore == rows[first].RankScore)
            {
                end++;
            }
            if (end - first > 1)
            {
                rows[first..end].Sort();
            }
            first = end;
        }
    }

    /// <summary>Sorts by one byte, and leaves in their order those in which it is the same.</summary>
    private void Pass(int count, int shift)
    {
        Span<int> ends = stackalloc int[Digits];
        ends.Clear();
        ReadOnlySpan<(ulong Key, int Row)> from = _from.AsSpan(0, count);
        foreach ((ulong key, _) in from)
        {
            ends[(byte)(key >> shift)]++;
        }
        int start = 0;
        foreach (ref int digit in ends)
        {
            (digit, start) = (start, start + digit);
        }
        Span<(ulong Key, int Row)> to = _to.AsSpan(0, count);
        foreach ((ulong key, int row) in from)
        {
            to[ends[(byte)(key >> shift)]++] = (key, row);
        }
        (_from, _to) = (_to, _from);
    }

    private void Reserve(int count)
    {
        if (_sorted.Length < count)
        {
            Dispose();
            _sorted = ArrayPool<RankRow>.Shared.Rent(count);

            // As many as the rented array holds, which is often more than was asked for.
            _from = new (ulong, int)[_sorted.Length];
            _to = new (ulong, int)[_sorted.Length];
        }
    }
}
