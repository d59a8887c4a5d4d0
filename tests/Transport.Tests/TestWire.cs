using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>One end's events, recorded; its datagrams go into the wire.</summary>
internal sealed class TestEnd(TestWire wire, bool isClient) : IConnectionEvents
{
    public List<(byte[] Payload, DeliveryMethod Method, byte Channel)> Messages { get; } = [];

    public bool HeardConnected { get; private set; }

    public DisconnectReason? Ended { get; private set; }

    public byte[] EndData { get; private set; } = [];

    public int Endings { get; private set; }

    public void Transmit(ReadOnlySpan<byte> datagram) => wire.Carry(datagram, toServer: isClient);

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
    private readonly SimulatedLink _link;
    private readonly byte[] _buffer = new byte[2_048];
    private readonly Dialect _dialect;
    private readonly ConnectionHost _serverHost;
    private readonly bool _isPatient;

    public TestWire(Dialect dialect, NetworkConditions network, ulong seed = 1, ConnectionSettings? settings = null, bool isPatient = false)
    {
        _isPatient = isPatient;
        _serverHost = ConnectionHost.Of(settings ?? ConnectionSettings.Default, 2_000_000);
        _dialect = dialect;
        _link = new SimulatedLink(new NetworkProfile(network, network), seed);
        ClientEnd = new TestEnd(this, isClient: true);
        ServerEnd = new TestEnd(this, isClient: false);
        Client = Connection.ToServer(ClientEnd, ConnectionHost.Of(settings ?? ConnectionSettings.Default, 1_000_000), dialect, ServerAddress, ConnectData.FromString("key"), 0);
    }

    /// <summary>What both directions do to datagrams from now on.</summary>
    public NetworkConditions Network
    {
        get => _link.Up.Conditions;
        set => (_link.Up.Conditions, _link.Down.Conditions) = (value, value);
    }

    public TestEnd ClientEnd { get; }

    public TestEnd ServerEnd { get; }

    public Connection Client { get; }

    public Connection? Server { get; private set; }

    public long Now { get; private set; }

    public int LargestDatagram { get; private set; }

    public static TestWire Connected(Dialect dialect, NetworkConditions network, ulong seed = 1, ConnectionSettings? settings = null, bool isPatient = false)
    {
        var wire = new TestWire(dialect, network with { Loss = 0 }, seed, settings, isPatient);
        wire.Run(1_000_000);
        Assert.Equal(ConnectionState.Connected, wire.Client.State);
        wire.Network = network;
        return wire;
    }

    public void Carry(ReadOnlySpan<byte> datagram, bool toServer)
    {
        LargestDatagram = Math.Max(LargestDatagram, datagram.Length);
        (toServer ? _link.Up : _link.Down).Send(datagram, Now);
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
        while (Math.Min(_link.Up.NextAt, _link.Down.NextAt) <= Now)
        {
            bool toServer = _link.Up.NextAt < _link.Down.NextAt;
            (toServer ? _link.Up : _link.Down).TryReceive(Now, _buffer, out int length);
            Arrive(_buffer.AsSpan(0, length), toServer);
        }

        Client.Update(Now);
        Server?.Update(Now);
    }
    private void Arrive(ReadOnlySpan<byte> datagram, bool toServer)
    {
        if (!toServer)
        {
            Client.Receive(datagram, Now);
        }
        else if (ConnectRequest.TryRead(datagram, out ConnectRequest request))
        {
            Assert.Equal(_dialect, request.Dialect);
            Server ??= Connection.ToClient(ServerEnd, _serverHost, new Handshake(request.Dialect, request.ConnectTime, 3, IsPatient: _isPatient), Now);
            byte[] accept = new byte[Packet.AcceptBytes];
            ConnectAccept.Write(accept, request.Dialect, request.ConnectTime, 3, _isPatient ? 7 | ConnectAccept.PatientBit : 7);
            Carry(accept, toServer: false);
        }
        else
        {
            Server?.Receive(datagram, Now);
        }
    }
}
