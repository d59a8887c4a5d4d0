using RealtimeServer.Foundation;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>What a network does to datagrams, 0 to 1 each; delays in microseconds.</summary>
internal sealed record Weather(float Loss = 0, float Duplication = 0, int DelayMin = 0, int DelayMax = 0);

/// <summary>One end's events, recorded; its datagrams go into the wire.</summary>
internal sealed class TestEnd(TestWire wire, bool isClient) : IConnectionEvents
{
    public List<(byte[] Payload, DeliveryMethod Method, byte Channel)> Messages { get; } = [];

    public bool HeardConnected { get; private set; }

    public DisconnectReason? Ended { get; private set; }

    public byte[] EndData { get; private set; } = [];

    public int Endings { get; private set; }

    public void Transmit(ReadOnlySpan<byte> datagram) => wire.Carry(datagram.ToArray(), toServer: isClient);

    public void Connected() => HeardConnected = true;

    public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => Messages.Add((payload.ToArray(), method, channel));

    public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data)
    {
        Ended = reason;
        EndData = data.ToArray();
        Endings++;
    }
}

/// <summary>A client's and a server's connection with a seeded network between them, in virtual time.</summary>
internal sealed class TestWire
{
    public const long StepMicroseconds = 5_000;
    private static readonly byte[] ServerAddress = Convert.FromHexString("020026cd7f0000010000000000000000");
    private readonly PriorityQueue<(byte[] Datagram, bool ToServer), (long At, int Order)> _flying = new();
    private readonly Dialect _dialect;
    private readonly ConnectionHost _serverHost;
    private DeterministicRandom _random;
    private int _order;

    public TestWire(Dialect dialect, Weather weather, ulong seed = 1, ConnectionSettings? settings = null)
    {
        _serverHost = ConnectionHost.Of(settings ?? ConnectionSettings.Default, 2_000_000);
        _dialect = dialect;
        Weather = weather;
        _random = new DeterministicRandom(seed);
        ClientEnd = new TestEnd(this, isClient: true);
        ServerEnd = new TestEnd(this, isClient: false);
        Client = Connection.ToServer(ClientEnd, ConnectionHost.Of(settings ?? ConnectionSettings.Default, 1_000_000), dialect, ServerAddress, ConnectData.FromString("key"), 0);
    }

    public Weather Weather { get; set; }

    public TestEnd ClientEnd { get; }

    public TestEnd ServerEnd { get; }

    public Connection Client { get; }

    public Connection? Server { get; private set; }

    public long Now { get; private set; }

    public int LargestDatagram { get; private set; }

    public static TestWire Connected(Dialect dialect, Weather weather, ulong seed = 1, ConnectionSettings? settings = null)
    {
        var wire = new TestWire(dialect, weather with { Loss = 0 }, seed, settings);
        wire.Run(1_000_000);
        Assert.Equal(ConnectionState.Connected, wire.Client.State);
        wire.Weather = weather;
        return wire;
    }

    public void Carry(byte[] datagram, bool toServer)
    {
        LargestDatagram = Math.Max(LargestDatagram, datagram.Length);
        int copies = _random.NextBool(Weather.Duplication) ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            long delay = Weather.DelayMin + _random.Next(Weather.DelayMax - Weather.DelayMin + 1);
            if (!_random.NextBool(Weather.Loss))
            {
                _flying.Enqueue((datagram, toServer), (Now + delay, _order++));
            }
        }
    }

    public void Run(long microseconds)
    {
        for (long end = Now + microseconds; Now < end;)
        {
            Step();
        }
    }

    public bool RunUntil(Func<bool> done, long microsecondsMax)
    {
        for (long end = Now + microsecondsMax; Now < end && !done();)
        {
            Step();
        }

        return done();
    }

    public void Step()
    {
        Now += StepMicroseconds;
        while (_flying.TryPeek(out _, out (long At, int Order) next) && next.At <= Now)
        {
            (byte[] datagram, bool toServer) = _flying.Dequeue();
            if (!toServer)
            {
                Client.Receive(datagram, Now);
            }
            else if (ConnectRequest.TryRead(datagram, out ConnectRequest request))
            {
                Assert.Equal(_dialect, request.Dialect);
                Server ??= Connection.ToClient(ServerEnd, _serverHost, new Handshake(request.Dialect, request.ConnectTime, 3), Now);
                byte[] accept = new byte[Packet.AcceptBytes];
                ConnectAccept.Write(accept, request.Dialect, request.ConnectTime, 3, 7);
                Carry(accept, toServer: false);
            }
            else
            {
                Server?.Receive(datagram, Now);
            }
        }

        Client.Update(Now);
        Server?.Update(Now);
    }
}
