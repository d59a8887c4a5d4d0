using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Tokens;
using RealtimeServer.Transport.Wire;
using Xunit.Abstractions;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// Connect requests with forged tokens from millions of addresses, on real sockets, while clients play. Small by default; for the numbers:
/// <code>
/// TRANSPORT_FLOOD_PER_SECOND=100000 TRANSPORT_FLOOD_SECONDS=10 TRANSPORT_FLOOD_CLIENTS=200 TRANSPORT_FLOOD_ROUNDS=3 dotnet test -c Release \
///   tests/Transport.Tests --filter FloodTests --logger "console;verbosity=detailed"
/// </code>
/// Three phases take turns: no flood, one at a bare socket that nobody reads, one at the server. The second shows what the flood's own sending and
/// the system take from the players, the third adds what the server does with it. The flood's thread is nice: a real one comes from other machines.
/// </summary>
[Collection(MeasuredAlone.Name)]
public sealed class FloodTests(ITestOutputHelper output) : IServerEvents
{
    private const int SendsPerSecond = 30;
    private const int PayloadBytes = 64;
    private const ulong ServerId = 1;
    private static readonly int PerSecond = Setting("TRANSPORT_FLOOD_PER_SECOND", 5_000);
    private static readonly int Seconds = Setting("TRANSPORT_FLOOD_SECONDS", 1);
    private static readonly int Clients = Setting("TRANSPORT_FLOOD_CLIENTS", 10);
    private static readonly int Rounds = Setting("TRANSPORT_FLOOD_ROUNDS", 1);
    private UdpServer? _server;
    private int _left;

    [Fact]
    public void Players_play_on_through_a_flood_from_millions_of_forged_addresses()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            return;
        }

        var key = new TokenKey(1, RandomNumberGenerator.GetBytes(TokenKey.SecretBytes));
        using var gate = new TokenGate([key], ServerId, TimeProvider.System);
        using var sealer = new TokenSealer(key, ServerId);
        using var server = new UdpServer(new UdpServerOptions { Tokens = gate }, this, TimeProvider.System);
        _server = server;
        server.Start();
        var players = new Players(server.EndPoint, Clients, () => sealer.Seal(new ConnectToken(DateTimeOffset.UnixEpoch.AddYears(500), default)));
        players.PlayUntil(() => players.Connected == Clients, 20);
        Assert.Equal(Clients, players.Connected);

        using var stranger = new TokenSealer(new TokenKey(1, RandomNumberGenerator.GetBytes(TokenKey.SecretBytes)), ServerId);
        string forged = stranger.Seal(new ConnectToken(DateTimeOffset.UnixEpoch.AddYears(500), default));
        byte[] request = TestServer.Request(Dialect.V2, long.MaxValue, forged);
        using var attacker = new ForgedAddresses(server.EndPoint, request);
        using var bare = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4_096 };
        bare.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var bystander = new ForgedAddresses((IPEndPoint)bare.LocalEndPoint!, request);
        var quiet = new List<double>(1_000_000);
        var beside = new List<double>(1_000_000);
        var flooded = new List<double>(1_000_000);
        players.Play(Seconds, []);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long sent = 0;
        for (int round = 0; round < Rounds; round++)
        {
            players.Play(Seconds, quiet);
            using (new Flood(bystander, PerSecond))
            {
                players.Play(Seconds, beside);
            }

            using var flood = new Flood(attacker, PerSecond);
            players.Play(Seconds, flooded);
            sent += flood.Stop();
        }

        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        ServerStatistics statistics = server.Statistics;
        output.WriteLine($"{sent / ((double)Rounds * Seconds):F0} forged requests/s sent, {statistics.Rejected} opened in vain, {statistics.Throttled} not looked into");
        output.WriteLine($"grown by {grown / 1024} KB, {statistics.Handshakes} handshakes open, {_left} players lost, {statistics.SendFailures} sends failed");
        Report("without a flood", quiet);
        Report("with one at a bare socket", beside);
        Report("with one at the server", flooded);
        output.WriteLine($"p99 grows by {At(flooded, 0.99) - At(quiet, 0.99):F2} ms; answered {players.Answered} of {players.Asked}");
        Assert.Equal(0, _left);
        Assert.Equal(0, statistics.Handshakes);
        Assert.Equal(Clients, players.Connected);
        Assert.True(grown < 1024 * 1024, $"grew by {grown} bytes");
        Assert.True(statistics.Rejected > 0);
        Assert.True(players.Answered > players.Asked * 0.9, $"{players.Answered} of {players.Asked} answered");
    }

    Admission IServerEvents.Admit(ReadOnlySpan<byte> connectData, PeerAddress from) => Admission.Ignore;

    void IServerEvents.Connected(ConnectionId id, object state)
    {
        // Players count themselves.
    }

    void IServerEvents.Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) =>
        _server!.Send(id, method, channel, payload);

    void IServerEvents.Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data) => Interlocked.Increment(ref _left);

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : otherwise;

    private void Report(string what, List<double> samples) => output.WriteLine(
        $"round trip {what}: p50 {At(samples, 0.5):F2} ms, p99 {At(samples, 0.99):F2} ms, most {At(samples, 1):F2} ms ({samples.Count})");

    private static double At(List<double> samples, double share)
    {
        samples.Sort();
        return samples.Count == 0 ? double.NaN : samples[(int)((samples.Count - 1) * share)];
    }

    /// <summary>Clients on this thread, each sending thirty times a second what the server sends back.</summary>
    private sealed class Players
    {
        private readonly UdpClient[] _clients;
        private readonly Ears[] _ears;
        private readonly byte[] _payload = new byte[PayloadBytes];
        private long _turn;

        public Players(IPEndPoint server, int count, Func<string> token)
        {
            _clients = new UdpClient[count];
            _ears = new Ears[count];
            for (int i = 0; i < count; i++)
            {
                _ears[i] = new Ears();
                _clients[i] = new UdpClient(new UdpClientOptions(), TimeProvider.System);
                _clients[i].Connect(server, ConnectData.FromString(token()));
            }
        }

        public int Connected => _clients.Count(client => client.IsConnected);

        public long Asked { get; private set; }

        public long Answered => _ears.Sum(ears => ears.Heard);

        public void PlayUntil(Func<bool> done, int secondsMax)
        {
            long start = Stopwatch.GetTimestamp();
            while (!done() && Stopwatch.GetElapsedTime(start).TotalSeconds < secondsMax)
            {
                Poll(null);
            }
        }

        public void Play(int seconds, List<double> samples)
        {
            long start = Stopwatch.GetTimestamp();
            _turn = 0;
            for (double elapsed = 0; elapsed < seconds + 0.3; elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds)
            {
                // One after the other, so that each has its turn thirty times a second; the last answers get their time.
                long due = elapsed < seconds ? (long)(elapsed * SendsPerSecond * _clients.Length) : _turn;
                for (; _turn < due; _turn++)
                {
                    BitConverter.TryWriteBytes(_payload, Stopwatch.GetTimestamp());
                    Asked += _clients[_turn % _clients.Length].Send(DeliveryMethod.Unreliable, 0, _payload) == SendOutcome.Sent ? 1 : 0;
                }

                Poll(samples);
                Thread.Sleep(1);
            }
        }

        private void Poll(List<double>? samples)
        {
            for (int i = 0; i < _clients.Length; i++)
            {
                _ears[i].Samples = samples;
                _clients[i].Poll(_ears[i]);
            }
        }
    }

    private sealed class Ears : IClientEvents
    {
        public List<double>? Samples { get; set; }

        public long Heard { get; private set; }

        public void Connected()
        {
            // The client's state is asked for.
        }

        public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
        {
            Heard++;
            Samples?.Add(Stopwatch.GetElapsedTime(BitConverter.ToInt64(payload)).TotalMilliseconds);
        }

        public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data)
        {
            // As above.
        }
    }
}
