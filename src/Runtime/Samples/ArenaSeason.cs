using System.Security.Cryptography;
using System.Text;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Hooks;
using RealtimeServer.Services.Leaderboards;
using RealtimeServer.Services.Notifications;
using RealtimeServer.Services.Wallets;

namespace RealtimeServer.Runtime.Samples;

/// <summary>A weekly season: wins count on a board that only the server writes, and at its reset the best three are paid and told.</summary>
public sealed class ArenaSeason : IServerModule
{
    private const string Board = "arena";
    private const int RewardCode = 101;

    private static readonly long[] Gold = [1000, 500, 250];

    private ServerAccess _server = null!;

    public void Configure(ModuleBuilder module)
    {
        _server = module.Server;
        module.AtStart(MakeBoardAsync)
            .Function("arena_won", WonAsync)
            .OnBoardEvent(RewardAsync);
    }

    // One that is there already becomes as declared here, and keeps its records.
    private async ValueTask MakeBoardAsync()
    {
        LeaderboardDefinition arena = new(Board)
        {
            Operator = ScoreOperator.Increment,
            ResetSchedule = "0 0 * * MON",
            Authoritative = true,
            KeepPeriods = 12,
        };
        BoardOutcome made = await _server.Leaderboards.DeclareAsync(arena);
        if (made.Problem is string problem)
        {
            throw new InvalidOperationException(problem);
        }
    }

    // Called by the game's own match servers, which show the setting httpKey; the payload is the winner's id.
    private async ValueTask<string> WonAsync(HookContext context, string payload)
    {
        if (context.UserId is not null)
        {
            throw new ServerCodeException(ApiCode.PermissionDenied, "Only the arena itself says who has won.");
        }
        if (!Guid.TryParse(payload, out Guid winner))
        {
            throw new ServerCodeException(ApiCode.InvalidArgument, "The payload must be the id of a player.");
        }
        RecordOutcome outcome = await _server.Leaderboards.WriteAsync(Board, new ScoreWrite(winner, Username: null, Score: 1), caller: null);
        return $$"""{"wins":{{outcome.Record!.Score}},"rank":{{outcome.Record.Rank}}}""";
    }

    // After a crash a reset may be told again. A payment of the same id counts once, and only who is paid now is told.
    private async Task RewardAsync(LeaderboardEvent over)
    {
        if (over.Board.Id != Board || !over.IsReset)
        {
            return;
        }
        RecordPage best = await _server.Leaderboards.ListAsync(Board, Gold.Length, null, [], over.Period.Expiry, viewer: null, default);
        foreach ((LeaderboardRecord record, long gold) in best.Records.Zip(Gold))
        {
            WalletUpdate payment = new(record.Owner, new Dictionary<string, long> { ["gold"] = gold }, """{"for":"arena"}""")
            {
                Id = PaymentId(over.Period.Expiry, record.Owner),
            };
            if ((await _server.Wallets.UpdateAsync(payment)).Result == WalletResult.Done)
            {
                string content = NotificationContent.Of(("gold", $"{gold}"), ("wins", $"{record.Score}"));
                await _server.Notifications.SendAsync(new NewNotification([record.Owner], "The arena's season is over", content, RewardCode));
            }
        }
    }

    private static Guid PaymentId(long season, Guid player) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{Board} {season} {player}")).AsSpan(0, 16));
}
