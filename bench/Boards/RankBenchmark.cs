using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Services.Leaderboards.Ranks;

namespace RealtimeServer.Bench.Boards;

/// <summary>The ranks of one large board in memory. At the end every rank is compared with a sort's; a difference fails the run.</summary>
internal sealed class RankBenchmark(TextWriter output)
{
    private const int Writers = 16;
    private const int Scores = 1_000_000;

    // As many at a time as a start takes.
    private const int Page = 256;

    // As many as a start sorts at a time when the database gives them in no order.
    private const int Together = 1 << 19;

    // Owners are made of their number, so that the benchmark itself takes no memory for them.
    private static Guid Owner(int number)
    {
        Span<ulong> halves = stackalloc ulong[2];
        halves[0] = (uint)number * 0x9E3779B97F4A7C15UL;
        halves[1] = (halves[0] ^ (halves[0] >> 29)) * 0xBF58476D1CE4E5B9UL;
        return MemoryMarshal.Cast<ulong, Guid>(halves)[0];
    }

    public int Run(BenchArguments arguments)
    {
        int records = arguments.Records;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        RankTable table = new();
        RankRow[] page = new RankRow[Page];
        long started = Stopwatch.GetTimestamp();
        for (int first = 0; first < records; first += Page)
        {
            // In order, as the database gives them.
            int count = Math.Min(Page, records - first);
            for (int i = 0; i < count; i++)
            {
                page[i] = new RankRow(Owner(first + i), -(Scores - ((long)(first + i) * Scores / records)), 0, first + i);
            }
            foreach (ref readonly RankRow row in page.AsSpan(0, count))
            {
                table.Ask(row.OwnerId);
            }
            foreach (ref readonly RankRow row in page.AsSpan(0, count))
            {
                table.Set(row.OwnerId, row.Key);
            }
        }
        double rebuilt = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Line("records", records.ToString("N0", CultureInfo.InvariantCulture), "");
        Line("rebuilt in order", (records / rebuilt / 1e6).ToString("F2", CultureInfo.InvariantCulture), "million records/s");
        Memory("memory when rebuilt", before, table, records);
        DeterministicRandom random = new(1);
        Measure("read a rank", arguments.Seconds, () => table.RankOf(Owner(random.Next(0, records))));
        long sequence = records;
        Measure("move a record", arguments.Seconds, () =>
        {
            int owner = random.Next(0, records);
            table.Set(Owner(owner), new RankKey(-random.Next(0, Scores), 0, ++sequence));
            return 0;
        });
        for (int i = 0; i < records / 2; i++)
        {
            table.Set(Owner(random.Next(0, records)), new RankKey(-random.Next(0, Scores), 0, ++sequence));
        }
        Memory("memory when half has moved", before, table, records);
        GC.KeepAlive(table);
        RebuildInNoOrder(records);
        return RunWriters(Math.Min(records, 1_000_000), arguments.Seconds);
    }

    /// <summary>As PostgreSQL gives them: sorted so many at a time, then merged.</summary>
    private void RebuildInNoOrder(int records)
    {
        PeriodRanks ranks = new();
        using RankRowSort sort = new();
        RankRuns runs = new();
        RankRow[] page = new RankRow[Math.Min(records, Together)];
        DeterministicRandom random = new(3);
        TimeSpan sorting = default;
        TimeSpan placing = default;
        for (int first = 0; first < records; first += page.Length)
        {
            Span<RankRow> rows = page.AsSpan(0, Math.Min(page.Length, records - first));
            for (int i = 0; i < rows.Length; i++)
            {
                rows[i] = new RankRow(Owner(first + i), -random.Next(0, Scores), 0, first + i);
            }
            long started = Stopwatch.GetTimestamp();
            runs.Add(sort.Sort(rows, out _));
            sorting += Stopwatch.GetElapsedTime(started);
        }
        long merging = Stopwatch.GetTimestamp();
        ranks.Expect(runs.Count);
        foreach (ArraySegment<RankRow> merged in runs.Merge(Page * 16))
        {
            long started = Stopwatch.GetTimestamp();
            ranks.Load(merged, static _ => false);
            placing += Stopwatch.GetElapsedTime(started);
            ArrayPool<RankRow>.Shared.Return(merged.Array!);
        }
        TimeSpan merge = Stopwatch.GetElapsedTime(merging) - placing;
        ranks.Loaded();
        string value = (records / (sorting + merge + placing).TotalSeconds / 1e6).ToString("F2", CultureInfo.InvariantCulture);
        string parts = $"{Each(sorting)} us to sort, {Each(merge)} us to merge and {Each(placing)} us to place a record";
        Line("rebuilt in no order", value, $"million records/s: {parts}");

        string Each(TimeSpan time) => (time.TotalMicroseconds / records).ToString("F3", CultureInfo.InvariantCulture);
    }

    /// <summary>Each writer owns a part of the owners, so that what they end with is known; all share one board.</summary>
    private int RunWriters(int records, double seconds)
    {
        PeriodRanks ranks = new();
        ranks.Loaded();
        RankKey?[] expected = new RankKey?[records];
        long sequence = 0;
        long changes = 0;
        long started = Stopwatch.GetTimestamp();
        long until = started + (long)(seconds * Stopwatch.Frequency);
        Thread[] threads = [.. Enumerable.Range(0, Writers).Select(writer => new Thread(() =>
        {
            DeterministicRandom random = new((ulong)writer + 2);
            int mine = records / Writers;
            long count = 0;
            while (Stopwatch.GetTimestamp() < until)
            {
                int owner = (writer * mine) + random.Next(0, mine);
                RankKey? key = random.Next(0, 16) == 0 ? null : new RankKey(random.Next(0, Scores), random.Next(0, 4), Interlocked.Increment(ref sequence));
                expected[owner] = key;
                ranks.Set(Owner(owner), key);
                count++;
            }
            Interlocked.Add(ref changes, count);
        }))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }
        foreach (Thread thread in threads)
        {
            thread.Join();
        }
        double elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Line($"{Writers} writers", (changes / elapsed / 1e6).ToString("F2", CultureInfo.InvariantCulture), "million changes/s together");
        int[] order = [.. Enumerable.Range(0, records).Where(o => expected[o] is not null).OrderBy(o => expected[o]!.Value)];
        Span<long> rank = stackalloc long[1];
        int wrong = order.Length == ranks.Count ? 0 : 1;
        for (int i = 0; i < order.Length; i++)
        {
            ranks.TryRanks([Owner(order[i])], null, rank, out _);
            wrong += rank[0] == i + 1 ? 0 : 1;
        }
        Line("ranks that differ from a sort", wrong.ToString(CultureInfo.InvariantCulture), $"of {order.Length:N0}");
        return wrong == 0 ? 0 : 1;
    }

    private void Memory(string name, long before, RankTable table, int records)
    {
        double used = GC.GetTotalMemory(forceFullCollection: true) - before;
        Line(name, (used / records).ToString("F1", CultureInfo.InvariantCulture), $"bytes a record (its own count: {table.Bytes / (double)records:F1})");
    }

    private void Measure(string name, double seconds, Func<int> operation)
    {
        const int Round = 10_000;
        List<double> rounds = [];
        long until = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < until)
        {
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < Round; i++)
            {
                operation();
            }
            rounds.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds / Round);
        }
        rounds.Sort();
        Line(name, rounds[rounds.Count / 2].ToString("F3", CultureInfo.InvariantCulture), $"us, middle of {rounds.Count} rounds (best {rounds[0]:F3})");
    }

    private void Line(string name, string value, string unit) => output.WriteLine($"{name,-32}{value,12} {unit}");
}
