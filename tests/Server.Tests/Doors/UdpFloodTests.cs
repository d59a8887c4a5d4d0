using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RealtimeServer.Foundation;
using RealtimeServer.Matches;
using RealtimeServer.Server.Metrics;
using Xunit.Abstractions;

namespace RealtimeServer.Server.Doors;

/// <summary>
/// One sender on loopback throws datagrams at the UDP port as fast as it can, random and mutated from honest ones, while a match runs.
/// It stops after FLOOD_SECONDS (5 by default) or FLOOD_DATAGRAMS (10 million by default), whichever comes first; the full run is
/// <c>FLOOD_SECONDS=60 dotnet test tests/Server.Tests --filter UdpFloodTests</c>.
/// </summary>
[Collection(Alone.Name)]
public sealed class UdpFloodTests
{
    private const int QuietSeconds = 3;
    private const int TickRate = 30;

    /// <summary>What a flood may leave in the managed heap, and in the process as a whole (which the sender's own buffers are part of).</summary>
    private const long HeapGrowthBytesMax = 16 << 20;

    private const long ProcessGrowthBytesMax = 128 << 20;

    private static readonly double FloodSeconds = Setting("FLOOD_SECONDS", 5);
    private static readonly double FloodDatagrams = Setting("FLOOD_DATAGRAMS", 10_000_000);

    private readonly ITestOutputHelper _output;

    public UdpFloodTests(ITestOutputHelper output)
    {
        _output = output;
    }

    [Fact]
    public async Task A_flood_of_datagrams_neither_stops_nor_slows_a_match_nor_fills_memory()
    {
        await using TestServer server = await TestServer.StartAsync("--demo=true");
        Assert.True(MatchId.TryParse(server.Running.DemoMatchId, out MatchId match));
        byte[] connect = CaptureConnectRequest((await server.ConnectTokenAsync(await server.SignInAsync("device-of-the-flood"))).Token);

        // The code that handles floods is compiled, and every pool filled, before memory is looked at.
        await FloodAsync(server.Running.UdpEndPoint, connect, 1, 200_000, seed: 1);
        Window quiet = await Window.OfAsync(server, match, () => Task.Delay(TimeSpan.FromSeconds(QuietSeconds)));
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        long process = Environment.WorkingSet;

        long sent = 0;
        Window flood = await Window.OfAsync(
            server, match, async () => sent = await FloodAsync(server.Running.UdpEndPoint, connect, FloodSeconds, (long)FloodDatagrams, seed: 2));

        long heapGrowth = GC.GetTotalMemory(forceFullCollection: true) - heap;
        long processGrowth = Environment.WorkingSet - process;
        PrometheusReading metrics = PrometheusReading.Of(await server.Http.GetStringAsync("metrics"));
        _output.WriteLine($"sent {sent:N0} datagrams in {flood.Seconds:F1} s, {sent / flood.Seconds:N0} a second; the server took {metrics.Samples["udp_datagrams_received_total"]:N0}");
        _output.WriteLine($"malformed {metrics.Samples["udp_malformed_total"]:N0}, strangers {metrics.Samples["udp_strangers_total"]:N0}, "
            + $"throttled {metrics.Samples["udp_throttled_total"]:N0}, rejected {metrics.Samples["udp_rejected_total"]:N0}");
        _output.WriteLine($"ticks a second: quiet {quiet.TicksPerSecond:F2}, flood {flood.TicksPerSecond:F2}; slipped: quiet {quiet.Slipped}, flood {flood.Slipped}");
        _output.WriteLine($"heap {heapGrowth / 1024.0:N0} KiB more, process {processGrowth / 1024.0:N0} KiB more");

        Assert.True(sent > 10_000, "that was no flood");
        // A slip is a tick left out after a long pause. The sender takes a core that the match may have had: that much is granted.
        double slippedQuiet = quiet.Slipped / quiet.Seconds;
        Assert.True(flood.Slipped / flood.Seconds <= slippedQuiet + (0.1 * TickRate), $"{flood.Slipped} ticks slipped in {flood.Seconds:F1} s");
        Assert.True(flood.TicksPerSecond >= 0.9 * Math.Min(TickRate, quiet.TicksPerSecond), $"{flood.TicksPerSecond:F2} ticks a second");
        Assert.True(heapGrowth < HeapGrowthBytesMax, $"the heap grew by {heapGrowth} bytes");
        Assert.True(processGrowth < ProcessGrowthBytesMax, $"the process grew by {processGrowth} bytes");

        // And an honest player gets in afterwards.
        using TestUdpClient player = await server.ConnectUdpAsync("device-after-the-flood");
        await player.UntilAsync(() => player.IsConnected);
    }

    private static Task<long> FloodAsync(IPEndPoint target, byte[] connect, double seconds, long datagrams, ulong seed) =>
        Task.Factory.StartNew(() => Flood(target, connect, seconds, datagrams, seed), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static long Flood(IPEndPoint target, byte[] connect, double seconds, long datagrams, ulong seed)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(target);
        DeterministicRandom random = new(seed);
        byte[] buffer = new byte[1_472];
        long sent = 0;
        long started = Stopwatch.GetTimestamp();
        while (sent < datagrams && (sent % 256 != 0 || Stopwatch.GetElapsedTime(started).TotalSeconds < seconds))
        {
            int length = Fill(ref random, buffer, connect);
            try
            {
                socket.Send(buffer.AsSpan(0, length), SocketFlags.None);
            }
            catch (SocketException)
            {
                // A full buffer on the way loses the datagram, as a network does.
            }
            sent++;
        }
        return sent;
    }

    /// <summary>A third noise, a third a header of each kind with noise behind it, a third the connect request of a real player, mutated.</summary>
    private static int Fill(ref DeterministicRandom random, byte[] buffer, byte[] connect)
    {
        int kind = random.Next(3);
        if (kind == 2)
        {
            connect.CopyTo(buffer, 0);
            for (int flips = random.Next(4); flips > 0; flips--)
            {
                buffer[random.Next(connect.Length)] = (byte)random.Next(256);
            }
            return random.NextBool(0.1f) ? random.Next(connect.Length) : connect.Length;
        }
        int length = random.NextBool(0.8f) ? random.Next(64) : random.Next(buffer.Length);
        for (int i = 0; i + 4 <= length; i += 4)
        {
            BitConverter.TryWriteBytes(buffer.AsSpan(i), random.NextUInt());
        }
        if (kind == 1 && length > 0)
        {
            buffer[0] = (byte)random.Next(32);
        }
        return length;
    }

    /// <summary>What a client with a good token sends first.</summary>
    private static byte[] CaptureConnectRequest(string token)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5_000 };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using TestUdpClient client = new((IPEndPoint)listener.LocalEndPoint!, token);
        byte[] buffer = new byte[Transport.Limits.ReceiveBytesMax];
        client.PollOnce();
        return buffer[..listener.Receive(buffer)];
    }

    private static double Setting(string name, double otherwise) =>
        double.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : otherwise;

    /// <summary>What a match did while something else happened.</summary>
    private sealed record Window(double Seconds, double TicksPerSecond, double Slipped)
    {
        public static async Task<Window> OfAsync(TestServer server, MatchId match, Func<Task> meanwhile)
        {
            uint tickBefore = await server.Running.Matches.InspectAsync(match, m => m.Tick.Value);
            long before = Stopwatch.GetTimestamp();
            double slippedBefore = await SlippedAsync(server);
            await meanwhile();
            uint ticks = await server.Running.Matches.InspectAsync(match, m => m.Tick.Value) - tickBefore;
            double seconds = Stopwatch.GetElapsedTime(before).TotalSeconds;
            return new Window(seconds, ticks / seconds, await SlippedAsync(server) - slippedBefore);
        }

        private static async Task<double> SlippedAsync(TestServer server) =>
            PrometheusReading.Of(await server.Http.GetStringAsync("metrics")).Samples.GetValueOrDefault("match_ticks_slipped_total");
    }
}
