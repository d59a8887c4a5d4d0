using RealtimeServer.Services;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Bench.Boards;

/// <summary>Fills boards with records, by the database itself.</summary>
internal static class BoardData
{
    // Below the time a statement may take, on a busy machine too.
    private const int Slice = 10_000;

    // Of one transaction: SQLite writes a page once in each, and records by random owners are on all of them.
    private const int Slices = 50;

    private const string Columns =
        "(owner_id, board, expiry_time, username, rank_score, rank_subscore, sequence, num_score, max_num_score, metadata, create_time, update_time)";

    private static readonly SqlText Fill = new(
        $$"""
        WITH RECURSIVE numbers(n) AS (SELECT @First UNION ALL SELECT n + 1 FROM numbers WHERE n < @Last)
        INSERT INTO leaderboard_records {{Columns}}
        SELECT lower(printf('%08x-%04x-4000-8000-%012x', (n * 2654435761) % 4294967296, (n * 40503) % 65536, n)), @Board, @Expiry, 'player' || n,
            -((n * 2654435761) % 1000000), 0, n, 1, 1000000, '{}', 1, 1 FROM numbers
        """,
        $$"""
        INSERT INTO leaderboard_records {{Columns}}
        SELECT CAST(
                lpad(to_hex((n * 2654435761) % 4294967296), 8, '0') || '-' || lpad(to_hex((n * 40503) % 65536), 4, '0')
                || '-4000-8000-' || lpad(to_hex(n), 12, '0') AS UUID),
            @Board, @Expiry, 'player' || n, -((n * 2654435761) % 1000000), 0, n, 1, 1000000, '{}', 1, 1 FROM generate_series(@First, @Last) AS n
        """);

    /// <summary>Opens the database of a server that is not running.</summary>
    public static Task<Database> OpenAsync(string data, string database) => Database.OpenAsync(
        new DatabaseOptions(database, Path.Combine(data, "server.db")), Catalogue.Migrations, TimeProvider.System);

    public static LeaderboardStore Boards(Database database) =>
        new(database, static _ => false, TimeProvider.System, static (where, exception) => Console.Error.WriteLine($"{where}: {exception}"));

    /// <summary>Makes a board with so many records in its running period.</summary>
    public static async Task FillAsync(Database database, LeaderboardDefinition definition, int records)
    {
        await using LeaderboardStore boards = Boards(database);
        await await boards.LoadAsync(default);
        Leaderboard board = (await boards.CreateAsync(definition)).Board!;
        long expiry = board.PeriodAt(DateTimeOffset.UtcNow.ToUnixTimeSeconds()).Expiry;
        for (long begin = 1; begin <= records; begin += Slice * Slices)
        {
            long end = Math.Min(begin + (Slice * Slices) - 1, records);
            await database.WriteAsync(async s =>
            {
                int written = 0;
                for (long first = begin; first <= end; first += Slice)
                {
                    written += await s.ExecuteAsync(Fill, new { First = first, Last = Math.Min(first + Slice - 1, end), Board = board.Number, Expiry = expiry });
                }
                return written;
            });
        }
    }
}
