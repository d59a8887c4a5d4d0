using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport;

/// <summary>Real sockets on this machine; waits end with what is waited for, the limits are only for failure.</summary>
public sealed class LoopbackTests
{
    [Theory]
    [InlineData("127.0.0.1", false, false)]
    [InlineData("127.0.0.1", true, false)]
    [InlineData("::1", false, false)]
    [InlineData("127.0.0.1", false, true)]
    [InlineData("127.0.0.1", true, true)]
    [InlineData("::1", false, true)]
    public void A_client_connects_exchanges_messages_and_leaves(string address, bool version1, bool portable)
    {
        if (address == "::1" && !Socket.OSSupportsIPv6)
        {
            return;
        }

        var door = new EchoDoor();
        var options = new UdpServerOptions { Listen = new IPEndPoint(IPAddress.Parse(address), 0), UsePortableSocket = portable };
        using var server = new UdpServer(options, door, TimeProvider.System);
        door.Server = server;
        server.Start();
        using var client = new UdpClient(new UdpClientOptions { SpeakVersion1 = version1 }, TimeProvider.System);
        var heard = new Heard();
        client.Connect(server.EndPoint, ConnectData.FromString("key"));
        Await(client, heard, () => heard.IsConnected);
        byte[] large = new byte[5_000];
        large[4_999] = 7;
        Assert.Equal(SendOutcome.Sent, client.Send(DeliveryMethod.ReliableOrdered, 0, large));
        Assert.Equal(SendOutcome.Sent, client.Send(DeliveryMethod.ReliableOrdered, 0, [1, 2, 3]));
        Await(client, heard, () => heard.Messages.Count == 2);
        Assert.Equal(large, heard.Messages[0]);
        Assert.Equal([1, 2, 3], heard.Messages[1]);
        Assert.True(server.TryGetStatistics(door.Last, out ConnectionStatistics statistics));
        Assert.True(statistics.BytesReceived > 5_000);
        client.Disconnect([9]);
        Await(client, heard, () => client.State == ConnectionState.Closed && door.Left.Count == 1);
        Assert.Equal(DisconnectReason.RemoteClosed, door.Left.Single());
        Await(client, heard, () => server.Send(door.Last, DeliveryMethod.Unreliable, 0, [1]) == SendOutcome.Unknown);
        Assert.Equal(0, server.Statistics.SendFailures);
    }

    [Theory]
    [InlineData(true, 20)]
    [InlineData(false, 900)]
    public void Who_sends_more_than_the_path_takes_hears_of_it_and_nothing_is_lost(bool version1, int bytes)
    {
        var door = new EchoDoor();
        using var server = new UdpServer(new UdpServerOptions(), door, TimeProvider.System);
        door.Server = server;
        server.Start();
        using var client = new UdpClient(new UdpClientOptions { SpeakVersion1 = version1 }, TimeProvider.System);
        var heard = new Heard();
        client.Connect(server.EndPoint, ConnectData.FromString("key"));
        Await(client, heard, () => heard.IsConnected && !door.Last.Equals(default(ConnectionId)));
        byte[] message = new byte[bytes];
        int sent = 0;
        for (int refused = 0; refused < 100;)
        {
            BitConverter.TryWriteBytes(message, sent);
            SendOutcome outcome = server.Send(door.Last, DeliveryMethod.ReliableOrdered, 0, message);
            Assert.True(outcome is SendOutcome.Sent or SendOutcome.QueueFull, outcome.ToString());
            sent += outcome == SendOutcome.Sent ? 1 : 0;
            refused += outcome == SendOutcome.QueueFull ? 1 : 0;
            Assert.True(sent < 100_000, "it never hears of it");
        }

        Await(client, heard, () => heard.Messages.Count == sent);
        Assert.Equal(Enumerable.Range(0, sent), heard.Messages.Select(received => BitConverter.ToInt32(received)));
        Assert.Empty(door.Left);
        Assert.True(server.TryGetStatistics(door.Last, out ConnectionStatistics statistics));
        Assert.InRange(statistics.QueuedBytes, 0, ConnectionSettings.Default.QueuedBytesMax);
        Assert.Equal(SendOutcome.Sent, server.Send(door.Last, DeliveryMethod.ReliableOrdered, 0, message));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Several_datagrams_to_one_client_leave_as_one_message_where_the_system_can_cut_it(bool portable)
    {
        var door = new EchoDoor();
        using var server = new UdpServer(new UdpServerOptions { UsePortableSocket = portable }, door, TimeProvider.System);
        door.Server = server;
        server.Start();
        using var client = new UdpClient(new UdpClientOptions(), TimeProvider.System);
        var heard = new Heard();
        client.Connect(server.EndPoint, ConnectData.FromString("key"));
        Await(client, heard, () => heard.IsConnected);
        byte[] large = new byte[20_000];
        client.Send(DeliveryMethod.ReliableOrdered, 0, large);
        Await(client, heard, () => heard.Messages.Count == 1);
        long cut = server.Statistics.DatagramsCut;
        Assert.Equal(!portable && DatagramSocket.HasBatches, cut > 0);
        Assert.InRange(cut, 0, server.Statistics.DatagramsSent);
    }

    [Fact]
    public void A_client_behind_a_simulated_network_feels_it()
    {
        var door = new EchoDoor();
        using var server = new UdpServer(new UdpServerOptions(), door, TimeProvider.System);
        door.Server = server;
        server.Start();
        using var client = new UdpClient(new UdpClientOptions { Network = NetworkProfile.Parse("up 20ms 20% dup 20% / down 10ms 20%"), NetworkSeed = 4 }, TimeProvider.System);
        var heard = new Heard();
        client.Connect(server.EndPoint, ConnectData.FromString("key"));
        Await(client, heard, () => heard.IsConnected);
        for (byte i = 0; i < 100; i++)
        {
            Assert.Equal(SendOutcome.Sent, client.Send(DeliveryMethod.ReliableOrdered, 0, [i]));
            client.Poll(heard);
        }

        Await(client, heard, () => heard.Messages.Count == 100);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), heard.Messages.Select(message => message[0]));
        Assert.True(client.Statistics.RttMinMs >= 30, $"a round trip of {client.Statistics.RttMinMs} ms over 30 ms");
        Assert.True(client.NetworkCounts.Up is { Lost: > 0, Duplicated: > 0 } && client.NetworkCounts.Down is { Lost: > 0, Duplicated: 0 });

        // The goodbye is still under way when the client is gone.
        client.Network = NetworkProfile.Parse("20ms");
        client.Disconnect([]);
        client.Dispose();
        Assert.True(SpinWait.SpinUntil(() => door.Left.Count == 1, TimeSpan.FromSeconds(10)));
        Assert.Equal(DisconnectReason.RemoteClosed, door.Left.Single());
    }

    [Fact]
    public void A_refused_client_hears_the_reason()
    {
        using var server = new UdpServer(new UdpServerOptions(), new EchoDoor(), TimeProvider.System);
        server.Start();
        using var client = new UdpClient(new UdpClientOptions(), TimeProvider.System);
        var heard = new Heard();
        client.Connect(server.EndPoint, ConnectData.FromString("a wrong key"));
        Await(client, heard, () => heard.Ended is not null);
        Assert.Equal(DisconnectReason.Rejected, heard.Ended);
        Assert.True(ConnectData.TryReadString(heard.EndData, out string? reason));
        Assert.Equal("no", reason);
    }

    [Fact]
    public void A_stopping_server_says_goodbye()
    {
        using var server = new UdpServer(new UdpServerOptions(), new EchoDoor(), TimeProvider.System);
        server.Start();
        using var client = new UdpClient(new UdpClientOptions(), TimeProvider.System);
        var heard = new Heard();
        client.Connect(server.EndPoint, ConnectData.FromString("key"));
        Await(client, heard, () => heard.IsConnected);
        server.Stop();
        Await(client, heard, () => heard.Ended is not null);
        Assert.Equal(DisconnectReason.RemoteClosed, heard.Ended);
    }

    [Fact]
    public void Empty_datagrams_do_not_stop_a_client_from_hearing_the_others()
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.ReceiveTimeout = 5_000;
        using var client = new UdpClient(new UdpClientOptions(), TimeProvider.System);
        client.Connect((IPEndPoint)server.LocalEndPoint!, []);
        byte[] request = new byte[100];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        server.ReceiveFrom(request, ref from);
        byte[] accept = new byte[15];
        accept[0] = 7;
        request.AsSpan(5, 8).CopyTo(accept.AsSpan(1));
        server.SendTo([], from);
        server.SendTo(accept, from);
        var heard = new Heard();
        Await(client, heard, () => heard.IsConnected);
    }

    private static void Await(UdpClient client, Heard heard, Func<bool> done)
    {
        var clock = Stopwatch.StartNew();
        while (!done())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), "what was waited for did not come in 10 s");
            client.Poll(heard);
            Thread.Yield();
        }
    }

    private sealed class Heard : IClientEvents
    {
        public bool IsConnected { get; private set; }

        public List<byte[]> Messages { get; } = [];

        public DisconnectReason? Ended { get; private set; }

        public byte[] EndData { get; private set; } = [];

        public void Connected() => IsConnected = true;

        public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => Messages.Add(payload.ToArray());

        public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data)
        {
            Ended = reason;
            EndData = data.ToArray();
        }
    }

    private sealed class EchoDoor : IServerEvents
    {
        public UdpServer? Server { get; set; }

        public ConnectionId Last { get; private set; }

        public ConcurrentQueue<DisconnectReason> Left { get; } = new();

        public Admission Admit(ReadOnlySpan<byte> connectData, PeerAddress from) =>
            ConnectData.TryReadString(connectData, out string? key) && key == "key" ? Admission.Accept(this) : Admission.Reject(ConnectData.FromString("no"));

        public void Connected(ConnectionId id, object state) => Last = id;

        public void Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) =>
            Server!.Send(id, method, channel, payload);

        public void Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data) => Left.Enqueue(reason);
    }
}
