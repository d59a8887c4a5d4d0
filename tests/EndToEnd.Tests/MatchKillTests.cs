using RealtimeServer.Client;
using RealtimeServer.Simulation.Snapshots;

namespace RealtimeServer.EndToEnd;

/// <summary>The server is killed in the middle of a match; the next one lets it go on.</summary>
public sealed class MatchKillTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("match-kill-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData("arena?bots=4&seconds=600&kills=200")]
    [InlineData("lanes?ai=fill&seconds=600")]
    [InlineData("tag")]
    public async Task A_match_goes_on_after_the_server_was_killed_and_its_player_has_its_slot_again(string game)
    {
        string[] settings = ["--demo", "false", "--matches:checkpointSeconds", "1"];
        int port = ServerProcess.FreePort();
        string id;
        int player;
        uint seen;
        using (ServerProcess server = new(_data, port, settings))
        {
            await server.WhenListeningAsync();
            (id, player, seen) = await PlayAsync(server, game, null, 90);
            server.Kill();
        }

        Assert.Single(Directory.GetFiles(Path.Combine(_data, "matches"), "*.match"));
        using ServerProcess again = new(_data, port, settings);
        await again.WhenListeningAsync();
        (string same, int slot, uint last) = await PlayAsync(again, game, id, 10);
        Assert.Equal((id, player), (same, slot));
        Assert.Contains($"Match {id} of {game.Split('?')[0]} goes on from its last checkpoint.", again.Output, StringComparison.Ordinal);

        // It went back to its last checkpoint, no longer ago than one is kept for, and not to its start.
        Assert.InRange(last, seen > 75 ? seen - 75 : 1, seen + 2000);
    }

    /// <summary>Creates or joins the match and watches so many snapshots; the last one's tick.</summary>
    private static async Task<(string Id, int Player, uint Tick)> PlayAsync(ServerProcess server, string game, string? id, int snapshots)
    {
        using GameClient client = server.Client();
        ClientSession session = await client.AuthenticateDeviceAsync("device-of-the-one-who-fights");
        using RealtimeConnection connection = await client.ConnectAsync(session);
        using var pump = new ConnectionPump(TimeSpan.FromMilliseconds(2));
        pump.Add(connection);
        await connection.Connected;
        ClientMatch match = id is null ? await connection.CreateMatchAsync("simulate:" + game) : await connection.JoinMatchAsync(id);
        var enough = new TaskCompletionSource<uint>(TaskCreationOptions.RunContinuationsAsynchronously);
        int count = 0;
        match.SnapshotReceived += Count;
        int player = (await match.Welcome).Player;
        uint tick = await enough.Task.WaitAsync(TimeSpan.FromSeconds(60));
        pump.Remove(connection);
        return (match.Id, player, tick);

        void Count(WorldSnapshot snapshot)
        {
            if (++count >= snapshots)
            {
                enough.TrySetResult(snapshot.Tick.Value);
            }
        }
    }
}
