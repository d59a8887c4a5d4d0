using System.Diagnostics;
using System.Net.WebSockets;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Services.Realtime;

namespace RealtimeServer.Server.Start;

/// <summary>The program as people start it: a process with an output, signals and an exit code.</summary>
[Collection(Alone.Name)]
public sealed class ProcessTests : IDisposable
{
    private const int Terminate = 15;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_signal_to_end_tells_players_why_and_ends_with_code_0()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        using Process process = Start("--demo=true");
        try
        {
            Uri http = await ReadAddressAsync(process);
            using HttpClient client = new() { BaseAddress = http };
            using HttpRequestMessage signIn = new(HttpMethod.Post, "v2/account/authenticate/device") { Content = new StringContent("""{"id":"device-of-a-process"}""") };
            signIn.Headers.Authorization = TestServer.ServerKey("defaultkey");
            string json = await (await client.SendAsync(signIn)).Content.ReadAsStringAsync();
            string token = System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("token").GetString()!;
            ClientWebSocket socket = new();
            await socket.ConnectAsync(new Uri($"ws://{http.Authority}/ws?token={token}&format=json"), CancellationToken.None);
            using TestSocket player = new(socket, json: true);
            await player.SendAsync(new Envelope { MatchCreate = new MatchCreate { Name = "simulate:lanes" } });
            await player.ReceiveAsync(Envelope.MessageOneofCase.Match);

            Assert.Equal(0, Kill(process.Id, Terminate));
            (WebSocketCloseStatus? status, string? reason) = await player.ReceiveCloseAsync();
            Assert.Equal((WebSocketCloseStatus.NormalClosure, CloseReasons.ServerStopping), (status, reason));
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task A_wrong_setting_ends_the_process_with_code_2_and_its_name_on_standard_error()
    {
        using Process process = Start("--http:port=many");
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(ServerProgram.BadSetting, process.ExitCode);
        Assert.Contains("http:port (from the command line, --http:port) must be a whole number", error, StringComparison.Ordinal);
    }

    private static async Task<Uri> ReadAddressAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is string line)
        {
            if (line.TrimStart().StartsWith("HTTP ", StringComparison.Ordinal))
            {
                return new Uri(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
            }
        }
        throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
    }

    private Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(
        "dotnet", [typeof(ServerHost).Assembly.Location, .. TestServer.Arguments(_folder.Path, arguments)])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = _folder.Path,
    })!;

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "kill")]
    [System.Runtime.InteropServices.DefaultDllImportSearchPaths(System.Runtime.InteropServices.DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
