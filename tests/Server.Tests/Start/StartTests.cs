using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using RealtimeServer.Server.Settings;

namespace RealtimeServer.Server.Start;

public sealed partial class StartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_start_screen_says_where_everything_is()
    {
        await using TestServer server = await TestServer.StartAsync("--node=screen", "--demo=true", "--data:dir=" + _folder.Path);
        string screen = server.Running.StartScreen;
        foreach (string expected in new[]
        {
            $"RealtimeServer {ProductVersion.Text}, node screen", $"{server.Running.UdpEndPoint}/udp", server.Running.HttpAddress.ToString(), $"{server.Running.GrpcEndPoint}/tcp", "7351",
            Path.Combine(_folder.Path, "server.db"), "arena, citadel, courtyard, lanes", $"{server.Running.HttpAddress}demo/", "curl ",
        })
        {
            Assert.Contains(expected, screen, StringComparison.Ordinal);
        }
        Assert.InRange(screen.Split('\n').Length, 10, 24);
        Assert.DoesNotContain("INSECURE", screen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("defaultkey")]
    [InlineData("it's \"odd\" $HOME `x`")]
    public async Task The_printed_first_call_works(string serverKey)
    {
        await using TestServer server = await TestServer.StartAsync("--serverKey=" + serverKey);
        string call = server.Running.StartScreen.Split('\n').Single(l => l.TrimStart().StartsWith("curl ", StringComparison.Ordinal)).Trim();
        Match parts = CurlCall().Match(call);
        using HttpRequestMessage request = new(HttpMethod.Post, parts.Groups["url"].Value) { Content = new StringContent(parts.Groups["body"].Value) };
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(parts.Groups["authorization"].Value);
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        if (File.Exists("/usr/bin/curl"))
        {
            using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", call]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string answer = await shell.StandardOutput.ReadToEndAsync();
            await shell.WaitForExitAsync();
            Assert.Contains("\"token\"", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_taken_port_is_named_with_its_setting()
    {
        await using TestServer server = await TestServer.StartAsync();
        int http = server.Running.HttpAddress.Port;
        StartException ofHttp = await Assert.ThrowsAsync<StartException>(() => TestServer.StartAsync($"--http:port={http}"));
        Assert.Contains($"TCP port {http} on 127.0.0.1 is taken", ofHttp.Message, StringComparison.Ordinal);
        Assert.Contains("--http:port", ofHttp.Message, StringComparison.Ordinal);
        int udp = server.Running.UdpEndPoint.Port;
        StartException ofUdp = await Assert.ThrowsAsync<StartException>(() => TestServer.StartAsync($"--udp:port={udp}"));
        Assert.Contains($"UDP port {udp} on 127.0.0.1 is taken", ofUdp.Message, StringComparison.Ordinal);
        Assert.Contains("--udp:port", ofUdp.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_fails_leaves_nothing_behind()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        string[] arguments = TestServer.Arguments(_folder.Path, $"--http:port={port}");
        await Assert.ThrowsAsync<StartException>(() => ServerHost.StartAsync(arguments));
        taken.Dispose();
        await using RunningServer server = await ServerHost.StartAsync(arguments);
        Assert.Equal(port, server.HttpAddress.Port);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_refused_in_words()
    {
        StartException refusal = await Assert.ThrowsAsync<StartException>(() => TestServer.StartAsync("--bind=192.0.2.1", "--serverKey=own-key"));
        Assert.Contains("192.0.2.1 is no address of this machine", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_map_is_told_and_the_server_runs_without_it()
    {
        foreach (string file in Directory.GetFiles(Checkout.Maps))
        {
            File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
        }
        _folder.Write("broken.tmx", """<map width="2" height="2"><layer name="ground" width="2" height="2"><data encoding="csv">1,2,3</data></layer></map>""");
        await using TestServer server = await TestServer.StartAsync("--maps:dir=" + _folder.Path);
        string line = server.Running.StartScreen.Split('\n').Single(l => l.Contains("map refused", StringComparison.Ordinal));
        Assert.Contains("broken.tmx", line, StringComparison.Ordinal);
        Assert.Contains("arena, citadel, courtyard, lanes", server.Running.StartScreen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accounts_and_tokens_outlive_a_restart()
    {
        string[] arguments = ["--data:dir=" + _folder.Path];
        string token;
        await using (TestServer first = await TestServer.StartAsync(arguments))
        {
            token = await first.SignInAsync("device-that-stays-signed-in", "stays");
        }
        await using TestServer second = await TestServer.StartAsync(arguments);
        second.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Assert.Contains("stays", await second.Http.GetStringAsync("v2/account"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_database_stops_the_start_in_words()
    {
        _folder.Write("server.db", new string('x', 10_000));
        StartException refusal = await Assert.ThrowsAsync<StartException>(() => ServerHost.StartAsync(TestServer.Arguments(_folder.Path)));
        Assert.Contains("server.db", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_match_starts_again_when_it_ends()
    {
        await using TestServer server = await TestServer.StartAsync("--demo=true");
        string first = server.Running.DemoMatchId!;
        Assert.True(RealtimeServer.Matches.MatchId.TryParse(first, out RealtimeServer.Matches.MatchId id));
        Assert.True(server.Running.Matches.Close(id, "for a test"));
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        while (server.Running.DemoMatchId is not string next || next == first)
        {
            await Task.Delay(10, limit.Token);
        }
    }

    [Theory]
    [InlineData(ServerProgram.BadSetting, "--http:prot", "1")]
    [InlineData(ServerProgram.BadSetting, "--bind", "0.0.0.0")]
    [InlineData(ServerProgram.CannotStart, "--maps:dir", "/there/is/no/such/folder", "--data:dir", "HERE")]
    [InlineData(ServerProgram.Stopped, "--help")]
    [InlineData(ServerProgram.Stopped, "--version")]
    public async Task The_exit_code_tells_a_wrong_setting_from_another_failure(int code, params string[] arguments) =>
        Assert.Equal(code, await ServerProgram.RunAsync([.. arguments.Select(a => a == "HERE" ? _folder.Path : a)]));

    [Fact]
    public void Both_secrets_and_insecurity_are_told_aloud()
    {
        ServerSettings settings = ServerSettings.From(SettingsReader.Read([], new System.Collections.Hashtable(), ["--bind=0.0.0.0", "--insecure"]));
        IPEndPoint any = new(IPAddress.Any, 7350);
        string screen = StartScreen.Of(settings, any, any, any, "server.db", Content.MapLibrary.Load(Checkout.Maps));
        Assert.Contains("INSECURE", screen, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:7350/", screen, StringComparison.Ordinal);
    }

    [GeneratedRegex("^curl -X POST (?<url>\\S+) -H 'Authorization: (?<authorization>[^']+)' -d '(?<body>[^']+)'$")]
    private static partial Regex CurlCall();
}
