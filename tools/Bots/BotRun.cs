using RealtimeServer.Client;

namespace RealtimeServer.Bots;

/// <summary>Brings up all matches, lets them play to the end, and sums up what the bots measured.</summary>
internal sealed class BotRun : IDisposable
{
    /// <summary>Resolution of what bots measure; also how stale a bot's view may be.</summary>
    private static readonly TimeSpan PumpPeriod = TimeSpan.FromMilliseconds(1);

    private readonly BotOptions _options;
    private readonly GameClient _client;
    private readonly ConnectionPump _pump = new(PumpPeriod);
    private readonly Bot[][] _matches;

    public BotRun(BotOptions options, TimeProvider time)
    {
        _options = options;
        _client = new GameClient(
            new ClientOptions
            {
                Host = options.Host,
                HttpPort = options.HttpPort,
                UdpPort = options.UdpPort,
                ServerKey = options.ServerKey,
                Cipher = options.Cipher,
                Network = options.Network,
                NetworkSeed = options.Seed,
            },
            time);
        _matches = new Bot[options.Matches][];
        for (int match = 0; match < options.Matches; match++)
        {
            _matches[match] = new Bot[options.Players];
            for (int player = 0; player < options.Players; player++)
            {
                _matches[match][player] = new Bot(_client, _pump, options, match, player, time);
            }
        }
    }

    /// <summary>The bots of each match, for the live table.</summary>
    public IReadOnlyList<IReadOnlyList<Bot>> Matches => _matches;

    public async Task<Summary> RunAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(_matches.Select(match => PlayAsync(match, cancellation)));
        return Summarise();
    }

    public void Dispose()
    {
        _pump.Dispose();
        foreach (Bot bot in _matches.SelectMany(match => match))
        {
            bot.Dispose();
        }

        _client.Dispose();
    }

    private async Task PlayAsync(Bot[] bots, CancellationToken cancellation)
    {
        // Everybody signs in and connects before the match exists, so that its clock does not run without them.
        await Task.WhenAll(bots.Select(bot => bot.SignInAsync(cancellation)));
        string? matchId = await bots[0].CreateMatchAsync(MatchName(bots.Length));
        if (matchId is not null)
        {
            await Task.WhenAll(bots.Skip(1).Select(bot => bot.JoinMatchAsync(matchId)));
        }

        await Task.WhenAll(bots.Select(bot => bot.PlayToEndAsync(cancellation)));
    }

    private string MatchName(int players)
    {
        string map = _options.Map is null ? "" : $"&map={_options.Map}";
        return _options.Game == BotOptions.Arena
            ? $"simulate:arena?seconds={_options.Seconds}&kills=200&bots={(players == 1 ? 3 : 0)}{map}"
            : $"simulate:lanes?seconds={_options.Seconds}&overtime=0&ai={(players == 1 ? "fill" : "none")}{map}";
    }

    private Summary Summarise()
    {
        Bot[] bots = [.. _matches.SelectMany(match => match)];
        Samples rtt = Merge(bots, bot => bot.RttMs);
        Samples inputs = Merge(bots, bot => bot.InputToSnapshotMs);
        Samples ticks = Merge(bots.Where(bot => bot.Player == 0), bot => bot.TickMs);
        Samples jitter = Merge(bots.Where(bot => bot.Player == 0), bot => bot.TickJitterMs);
        var rates = new Samples();
        var bytes = new Samples();
        foreach (Bot bot in bots)
        {
            rates.Add(bot.SnapshotsPerSecond);
            bytes.Add(bot.BytesPerSecond);
        }

        string[] errors = [.. bots.SelectMany(bot => bot.Errors)];
        return new Summary
        {
            Matches = _matches.Length,
            MatchesFinished = _matches.Count(match => match.All(bot => bot.Finished)),
            Connections = bots.Count(bot => bot.WasConnected),
            SnapshotsPerSecond = Math.Round(rates.Mean, 3),
            SnapshotsPerSecondMin = Math.Round(rates.Min, 3),
            SnapshotsPerSecondMax = Math.Round(rates.Max, 3),
            RttMs = Percentiles.Of(rtt),
            InputToSnapshotMs = Percentiles.Of(inputs),
            BytesPerSecondPerClient = Math.Round(bytes.Mean),
            TickMs = new TickPercentiles(ticks.Percentile(0.5), ticks.Percentile(0.99), ticks.Max),
            TickJitterMsP99 = Math.Round(jitter.Percentile(0.99), 3),
            InputsSent = bots.Sum(bot => bot.InputsSent),
            InputsRefused = bots.Sum(bot => bot.InputsRefused),
            Disconnects = bots.Count(bot => bot.Disconnected),
            Errors = errors.Length,
            Network = _options.Network is null ? null : NetworkSummary.Of(_options.Network, bots.Select(bot => bot.NetworkCounts)),
            ErrorTexts = [.. errors.Take(10)],
        };
    }

    private static Samples Merge(IEnumerable<Bot> bots, Func<Bot, Samples> choose)
    {
        var all = new Samples();
        foreach (Bot bot in bots)
        {
            all.AddRange(choose(bot));
        }

        return all;
    }
}
