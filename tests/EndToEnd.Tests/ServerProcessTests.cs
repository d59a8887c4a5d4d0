using System.Collections.Concurrent;
using System.Diagnostics;
using RealtimeServer.Client;
using RealtimeServer.Protocol.Api;

namespace RealtimeServer.EndToEnd;

/// <summary>The server as a process: started, asked, stopped, killed.</summary>
public sealed class ServerProcessTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("server-process-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task The_first_call_that_is_printed_works_when_pasted()
    {
        using var server = new ServerProcess(_data, ServerProcess.FreePort());
        await server.WhenListeningAsync();
        string curl = server.Output.Split('\n').Single(line => line.TrimStart().StartsWith("curl ", StringComparison.Ordinal)).Trim();
        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", curl + " --silent"]) { RedirectStandardOutput = true })!;
        string answer = await shell.StandardOutput.ReadToEndAsync();
        Assert.Contains("\"token\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_polite_signal_ends_the_server_with_exit_code_zero()
    {
        using var server = new ServerProcess(_data, ServerProcess.FreePort());
        await server.WhenListeningAsync();
        await server.SignalAsync("TERM");
        Assert.Equal(0, server.ExitCode);
    }

    [Fact]
    public async Task A_signal_while_the_start_waits_for_its_database_ends_it_at_once()
    {
        using var server = new ServerProcess(_data, ServerProcess.FreePort(), "--database", "postgres://nobody@127.0.0.1:1/nothing");
        for (int tries = 0; !server.Output.Contains("127.0.0.1:1", StringComparison.Ordinal) && tries < 1000; tries++)
        {
            await Task.Delay(20);
        }
        var clock = Stopwatch.StartNew();
        await server.SignalAsync("TERM");
        Assert.NotEqual(0, server.ExitCode);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), $"it ended after {clock.Elapsed}; a start waits for 30 s.");
    }

    [Fact]
    public async Task Default_secrets_never_leave_this_machine()
    {
        using var server = new ServerProcess(_data, ServerProcess.FreePort(), "--bind", "0.0.0.0");
        Assert.Equal(2, await server.WaitForExitAsync());
        Assert.Contains("serverKey", server.Output, StringComparison.Ordinal);
        Assert.Contains("--insecure", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_account_that_was_acknowledged_is_there_after_a_kill()
    {
        int port = ServerProcess.FreePort();
        var acknowledged = new ConcurrentDictionary<string, Guid>();
        using (var server = new ServerProcess(_data, port))
        {
            await server.WhenListeningAsync();
            using GameClient client = server.Client();

            // One player is in a match, as when bots play; eight others sign in as fast as they can.
            ClientSession session = await client.AuthenticateDeviceAsync("device-of-the-player-in-a-match");
            acknowledged["device-of-the-player-in-a-match"] = session.UserId;
            using RealtimeConnection connection = await client.ConnectAsync(session);
            using var pump = new ConnectionPump(TimeSpan.FromMilliseconds(2));
            pump.Add(connection);
            await connection.Connected;
            ClientMatch match = await connection.CreateMatchAsync("simulate:lanes?seconds=60");
            await match.Welcome;
            Task[] writers = [.. Enumerable.Range(0, 8).Select(writer => SignInUntilRefusedAsync(client, writer, acknowledged))];
            while (acknowledged.Count < 200)
            {
                await Task.Delay(5);
            }

            server.Kill();
            await Task.WhenAll(writers);
        }

        using var again = new ServerProcess(_data, port);
        await again.WhenListeningAsync();
        using GameClient reader = again.Client();
        foreach ((string device, Guid user) in acknowledged)
        {
            ClientSession session = await reader.AuthenticateDeviceAsync(device, create: false);
            Assert.Equal(user, session.UserId);
        }

        Account account = await reader.GetAccountAsync(await reader.AuthenticateDeviceAsync("device-of-the-player-in-a-match", create: false));
        Assert.Equal("device-of-the-player-in-a-match", account.Devices[0].Id);
    }

    private static async Task SignInUntilRefusedAsync(GameClient client, int writer, ConcurrentDictionary<string, Guid> acknowledged)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                string device = $"device-of-writer-{writer}-number-{i}";
                ClientSession session = await client.AuthenticateDeviceAsync(device);
                acknowledged[device] = session.UserId;
            }
        }
        catch (ClientException)
        {
            // The server is gone: what was not acknowledged may or may not be there.
        }
    }
}
