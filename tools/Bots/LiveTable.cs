using System.Globalization;
using Spectre.Console;

namespace RealtimeServer.Bots;

/// <summary>What a run looks like while it goes on, and its summary.</summary>
internal static class LiveTable
{
    private const int RowsMax = 24;

    public static async Task<Summary> RunAsync(BotRun run, CancellationToken cancellation)
    {
        using (run)
        {
            Task<Summary> running = run.RunAsync(cancellation);
            if (AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected)
            {
                await AnsiConsole.Live(Draw(run)).StartAsync(async live =>
                {
                    while (await Task.WhenAny(running, Task.Delay(500, CancellationToken.None)) != running)
                    {
                        live.UpdateTarget(Draw(run));
                    }

                    live.UpdateTarget(Draw(run));
                });
            }
            else
            {
                while (await Task.WhenAny(running, Task.Delay(5000, CancellationToken.None)) != running)
                {
                    Console.WriteLine(Line(run));
                }
            }

            return await running;
        }
    }

    public static void Print(Summary summary)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("measure").AddColumn(new TableColumn("value").RightAligned());
        Row("matches finished", $"{summary.MatchesFinished} of {summary.Matches}");
        Row("connections", $"{summary.Connections}");
        Row("snapshots/s (mean, min, max of clients)", $"{summary.SnapshotsPerSecond:0.00}, {summary.SnapshotsPerSecondMin:0.00}, {summary.SnapshotsPerSecondMax:0.00}");
        Row("round trip p50, p99 (ms)", $"{summary.RttMs.P50:0.0}, {summary.RttMs.P99:0.0}");
        Row("input to snapshot p50, p99 (ms)", $"{summary.InputToSnapshotMs.P50:0.0}, {summary.InputToSnapshotMs.P99:0.0}");
        Row("bytes/s a client", $"{summary.BytesPerSecondPerClient:0}");
        Row("tick p50, p99, max (ms)", $"{summary.TickMs.P50:0.000}, {summary.TickMs.P99:0.000}, {summary.TickMs.Max:0.000}");
        Row("tick jitter p99 (ms)", $"{summary.TickJitterMsP99:0.000}");
        Row("inputs sent, refused by the game", $"{summary.InputsSent}, {summary.InputsRefused}");
        Row("disconnects, errors", $"{summary.Disconnects}, {summary.Errors}");
        if (summary.Network is { } network)
        {
            Row("network", $"{network.Conditions}");
            Row("datagrams up", $"{network.Up}");
            Row("datagrams down", $"{network.Down}");
        }

        AnsiConsole.Write(table);
        foreach (string error in summary.ErrorTexts)
        {
            Console.Error.WriteLine($"error: {error}");
        }

        void Row(string name, FormattableString value) => table.AddRow(Markup.Escape(name), Markup.Escape(value.ToString(CultureInfo.InvariantCulture)));
    }

    private static Table Draw(BotRun run)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (string column in new[] { "match", "state", "tick", "entities", "snapshots/s", "rtt ms", "inputs" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        for (int i = 0; i < Math.Min(run.Matches.Count, RowsMax); i++)
        {
            IReadOnlyList<Bot> bots = run.Matches[i];
            table.AddRow(
                Number(i + 1),
                bots.Select(bot => bot.State).Min().ToString(),
                Number(bots[0].LastTick),
                Number(bots[0].Entities),
                bots.Min(bot => bot.SnapshotsPerSecond).ToString("0.0", CultureInfo.InvariantCulture),
                bots.Max(bot => bot.LastRttMs).ToString("0.0", CultureInfo.InvariantCulture),
                Number(bots.Sum(bot => bot.InputsSent)));
        }

        table.Caption(Markup.Escape(Line(run)));
        return table;
    }

    private static string Line(BotRun run)
    {
        Bot[] bots = [.. run.Matches.SelectMany(match => match)];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{bots.Count(bot => bot.State == BotState.Playing)} bots playing, {bots.Count(bot => bot.Finished)} done, {bots.Sum(bot => bot.SnapshotCount)} snapshots, {bots.Sum(bot => bot.InputsSent)} inputs, {bots.Sum(bot => bot.Errors.Count)} errors, {bots.Count(bot => bot.Disconnected)} disconnects");
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
