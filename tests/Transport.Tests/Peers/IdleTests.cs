using System.Net;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;
using Xunit.Abstractions;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// What connections cost that only keep alive. TRANSPORT_IDLE_SECONDS plays longer and prints what a second of 10,000 costs the server's
/// core, without the system calls for their datagrams.
/// </summary>
[Collection(MeasuredAlone.Name)]
public sealed class IdleTests(ITestOutputHelper output)
{
    private const int Connections = 10_000;

    [Fact]
    public void Ten_thousand_idle_connections_take_less_than_four_kilobytes_each()
    {
        long seconds = long.TryParse(Environment.GetEnvironmentVariable("TRANSPORT_IDLE_SECONDS"), out long asked) ? asked : 4;
        var crowd = new Crowd();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        crowd.Enter();
        crowd.RunTo(3_000_000);
        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Connections;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan started = Environment.CpuUsage.TotalTime;
        crowd.RunTo((3 + seconds) * 1_000_000);
        double used = (Environment.CpuUsage.TotalTime - started).TotalSeconds / seconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        output.WriteLine($"{each} bytes each; {used * 100:F2}% of a core for {Connections}, clients included");
        output.WriteLine($"{crowd.PerSecond(seconds):F1} datagrams a connection and second; {allocated} bytes allocated");
        Assert.Equal(Connections, crowd.Core.ConnectionCount);
        Assert.True(each < 4_096, $"{each} bytes each");
        Assert.Equal(0, allocated);
    }

    /// <summary>Clients that answer pings and ping once a second themselves, as stock clients do, in virtual time.</summary>
    private sealed class Crowd : IServerEvents, IDatagramSender
    {
        private readonly PeerAddress[] _addresses = [.. Enumerable.Range(0, Connections).Select(i =>
            PeerAddress.Of(new IPEndPoint(new IPAddress([10, 0, (byte)(i / 250), (byte)(1 + (i % 250))]), 7_000)))];
        private readonly Dictionary<PeerAddress, int> _byAddress = [];
        private readonly Queue<(int Client, ushort Ping)> _pings = new(Connections);
        private readonly byte[] _numbers = new byte[Connections];
        private readonly byte[] _pong = new byte[Packet.PongBytes];
        private readonly byte[] _ping = new byte[Packet.PingBytes];
        private long _now;
        private long _datagrams;
        private ushort _sequence = 2;

        public Crowd()
        {
            Core = new ServerCore(this, this, new ServerCoreOptions
            {
                ConnectionsMax = Connections,
                UtcTicksAtZero = TestServer.UtcTicksAtZero,
                SecretKey = new byte[Secret.KeyBytes],
            });
            for (int i = 0; i < Connections; i++)
            {
                _byAddress[_addresses[i]] = i;
            }
        }

        public ServerCore Core { get; }

        public void Enter()
        {
            byte[] request = TestServer.Request(Dialect.V2, 1, "key");
            foreach (PeerAddress address in _addresses)
            {
                _now += 50;
                Core.Receive(address, request, _now);
                AnswerPings();
            }
        }

        public void RunTo(long end)
        {
            _datagrams = 0;
            for (; _now < end; _now += 1_000)
            {
                // Ten clients a millisecond: each of them once a second.
                int first = (int)(_now / 1_000 % 1_000 * 10);
                for (int i = first; i < first + 10; i++)
                {
                    _sequence += (ushort)(i == 0 ? 1 : 0);
                    Packet.WritePing(_ping, Dialect.V2, _numbers[i], _sequence);
                    Core.Receive(_addresses[i], _ping, _now);
                    _datagrams++;
                }

                Core.Update(_now);
                AnswerPings();
            }
        }

        public double PerSecond(long seconds) => (double)_datagrams / Connections / seconds;

        public void Send(in PeerAddress to, ReadOnlySpan<byte> datagram)
        {
            _datagrams++;
            var packets = new DatagramPackets(datagram, Dialect.V2);
            while (packets.TryNext(out ReadOnlySpan<byte> packet))
            {
                PacketKind kind = Packet.Kind(Dialect.V2, packet[0]);
                if (kind == PacketKind.Ping)
                {
                    _pings.Enqueue((_byAddress[to], BitConverter.ToUInt16(packet[1..])));
                }
                else if (kind == PacketKind.ConnectAccept)
                {
                    _numbers[_byAddress[to]] = packet[9];
                }
            }
        }

        public Admission Admit(ReadOnlySpan<byte> connectData, PeerAddress from) => Admission.Accept(this);

        public void Connected(ConnectionId id, object state)
        {
            // Nothing is ever sent to the clients here.
        }

        public void Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => Assert.Fail("nobody sends");

        public void Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data) => Assert.Fail(reason.ToString());

        private void AnswerPings()
        {
            while (_pings.TryDequeue(out (int Client, ushort Ping) ping))
            {
                _pong[0] = Packet.Header(Dialect.V2, PacketKind.Pong, _numbers[ping.Client]);
                BitConverter.TryWriteBytes(_pong.AsSpan(1), ping.Ping);
                Core.Receive(_addresses[ping.Client], _pong, _now);
                _datagrams++;
            }
        }
    }
}
