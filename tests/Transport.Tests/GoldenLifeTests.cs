using System.Globalization;
using System.Net;
using RealtimeServer.Transport.Peers;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport;

/// <summary>
/// A recorded client of the original library at a server: it connects, proves its address by the ping whose number the server's key decides, speaks, moves to
/// another address, leaves with data, comes back, comes back without having left, and is sent away. See <c>Golden/README.md</c>.
/// </summary>
public sealed class GoldenLifeTests
{
    private const int StepMicroseconds = 5_000;

    [Theory]
    [InlineData("life-1.3.5")]
    [InlineData("life-2.1.3")]
    public void A_recorded_client_lives_again_as_it_did(string name)
    {
        var door = new Door();
        var expected = new List<string>();
        long now = 0;
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".txt")))
        {
            string[] words = line.Split(' ');
            if (words[0] == "=")
            {
                expected.Add(line[2..]);
                continue;
            }

            for (long at = long.Parse(words[0], CultureInfo.InvariantCulture); now < at; now += StepMicroseconds)
            {
                door.Update(now);
            }

            door.Receive(int.Parse(words[1], CultureInfo.InvariantCulture), Convert.FromHexString(words[2]), now);
        }

        door.Update(now);
        Assert.Equal(expected, door.Events);
        ServerStatistics statistics = door.Statistics;
        Assert.Equal((1, 0, 0L), (statistics.AddressChanges, statistics.Handshakes, statistics.Malformed));

        // The datagram that answers the last goodbye is the recording's last.
        Assert.Equal(0, statistics.Connections);
    }

    private sealed class Door : IServerEvents, IDatagramSender
    {
        private readonly ServerCore _core;
        private long _now;

        public Door()
        {
            _core = new ServerCore(this, this, new ServerCoreOptions
            {
                ConnectionsMax = 16,
                UtcTicksAtZero = TestServer.UtcTicksAtZero,
                SecretKey = new byte[Secret.KeyBytes],
                AllowAddressChange = true,
            });
        }

        public List<string> Events { get; } = [];

        public ServerStatistics Statistics => _core.Statistics;

        public void Receive(int port, ReadOnlySpan<byte> datagram, long now)
        {
            _now = now;
            _core.Receive(PeerAddress.Of(new IPEndPoint(IPAddress.Loopback, port)), datagram, now);
        }

        public void Update(long now) => _core.Update(_now = now);

        public void Send(in PeerAddress to, ReadOnlySpan<byte> datagram)
        {
            // The recorded client answered what was sent then.
        }

        public Admission Admit(ReadOnlySpan<byte> connectData, PeerAddress from) =>
            ConnectData.TryReadString(connectData, out string? key) && key == "key" ? Admission.Accept(this) : Admission.Ignore;

        public void Connected(ConnectionId id, object state) => Events.Add("connected");

        public void Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
        {
            Events.Add($"{method} {channel} {Convert.ToHexString(payload)}");
            if (payload is [0xFF])
            {
                _core.Disconnect(id, [7, 7], _now);
            }
            else
            {
                _core.Send(id, method, channel, payload);
            }
        }

        public void Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data) =>
            Events.Add($"{reason} {Convert.ToHexString(data)}");
    }
}
