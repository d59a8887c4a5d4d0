using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

public sealed class ServerCoreTests
{
    private static readonly PeerAddress First = TestServer.Address(1);
    private static readonly PeerAddress Second = TestServer.Address(2);
    private readonly TestServer _server = new();

    [Fact]
    public void A_refusal_says_why_and_is_never_larger_than_the_request()
    {
        _server.Core.Receive(First, TestServer.Request(Dialect.V1, 1, "nonsense"), 0);
        Assert.Equal("070100000000000000" + "03006E6F", Convert.ToHexString(Assert.Single(_server.Sent).Datagram));
        byte[] request = TestServer.Request(Dialect.V1, 1, "long");
        _server.Core.Receive(Second, request, 0);
        Assert.Equal(9, _server.Sent[1].Datagram.Length);
        Assert.Equal(0, _server.Core.Statistics.Handshakes);
    }

    [Fact]
    public void Who_is_ignored_hears_nothing()
    {
        _server.Core.Receive(First, TestServer.Request(Dialect.V2, 1, "wait"), 0);
        Assert.Empty(_server.Sent);
        Assert.Equal(0, _server.Core.Statistics.Handshakes);
    }

    [Fact]
    public void A_full_server_says_so_and_has_room_again_when_handshakes_expire()
    {
        for (int port = 1; port <= 17; port++)
        {
            _server.Core.Receive(TestServer.Address(port), TestServer.Request(Dialect.V2, 1, "key"), 0);
        }

        Assert.Equal(16, _server.Core.Statistics.Handshakes);
        Assert.True(ConnectData.TryReadString(_server.Sent[^1].Datagram.AsSpan(9), out string? reason));
        Assert.Equal("the server is full", reason);
        _server.Core.Update(Limits.ProofMicroseconds + 10_000);
        Assert.Equal(0, _server.Core.Statistics.Handshakes);
        _server.Enter(TestServer.Address(17), Dialect.V2, 2, Limits.ProofMicroseconds + 20_000);
        Assert.Single(_server.Entered);
    }

    [Fact]
    public void A_goodbye_is_acknowledged_and_its_slot_is_free_again_under_another_id()
    {
        var server = new TestServer(connectionsMax: 1);
        int number = server.Enter(First, Dialect.V2, 5);
        server.Core.Receive(First, TestServer.Goodbye(Dialect.V2, 6, number), 10);
        Assert.Empty(server.Left);
        server.Core.Receive(First, TestServer.Goodbye(Dialect.V2, 5, number), 10);
        Assert.Equal(DisconnectReason.RemoteClosed, Assert.Single(server.Left).Reason);
        Assert.Equal(Packet.Header(Dialect.V2, PacketKind.ShutdownOk, number), Assert.Single(server.Sent[^1].Datagram));
        server.Core.Update(20_000);
        Assert.Equal(0, server.Core.ConnectionCount);
        server.Enter(Second, Dialect.V2, 5, 30_000);
        Assert.NotEqual(server.Entered[0], server.Entered[1]);
        Assert.False(server.Core.Knows(server.Entered[0]));
        Assert.Equal(SendOutcome.Unknown, server.Core.Send(server.Entered[0], DeliveryMethod.Unreliable, 0, [1]));
        Assert.Equal(SendOutcome.Sent, server.Core.Send(server.Entered[1], DeliveryMethod.Unreliable, 0, [1]));
    }

    [Fact]
    public void A_goodbye_of_the_server_is_repeated_until_it_is_acknowledged_whatever_its_header_says()
    {
        _server.Enter(First, Dialect.V2, 5);
        _server.Core.Disconnect(_server.Entered[0], [7], 0);
        _server.Sent.Clear();
        for (long now = 0; now < 1_000_000; now += 1_000)
        {
            _server.Core.Update(now);
        }

        Assert.Equal(3, _server.Sent.Count);
        _server.Core.Receive(First, [Packet.Header(Dialect.V2, PacketKind.ShutdownOk, 0)], 1_000_000);
        _server.Core.Update(1_000_000);
        Assert.Equal(0, _server.Core.ConnectionCount);
        Assert.Equal(DisconnectReason.LocalClosed, Assert.Single(_server.Left).Reason);
    }

    [Fact]
    public void Another_protocol_is_named_invalid()
    {
        byte[] request = TestServer.Request(Dialect.V2, 1, "key");
        request[1] = 11;
        _server.Core.Receive(First, request, 0);
        Assert.Equal([16], Assert.Single(_server.Sent).Datagram);
    }

    [Fact]
    public void A_handler_that_throws_costs_its_connection_and_nobody_else()
    {
        int first = _server.Enter(First, Dialect.V2, 1);
        int second = _server.Enter(Second, Dialect.V2, 1);
        _server.Throws = true;
        _server.Core.Receive(First, [Packet.Header(Dialect.V2, PacketKind.Unreliable, first), 7], 1);
        _server.Throws = false;
        _server.Core.Receive(Second, [Packet.Header(Dialect.V2, PacketKind.Unreliable, second), 8], 2);
        Assert.Equal("choked", Assert.Single(_server.Faults).Message);
        Assert.Equal(_server.Entered[0], Assert.Single(_server.Left).Id);
        Assert.Equal(_server.Entered[1], Assert.Single(_server.Messages).Id);
    }

    [Fact]
    public void Nothing_is_sent_before_the_next_deadline_and_something_soon_after()
    {
        var server = new TestServer(connectionsMax: 100);
        for (int port = 1; port <= 100; port++)
        {
            server.Enter(TestServer.Address(port), Dialect.V2, 1, port * 10_000L);
            server.Core.Update(port * 10_000L);
        }

        server.Sent.Clear();
        int kept = 0;
        for (long now = 1_000_000; now < 4_000_000; now += 1_000)
        {
            int sent = server.Sent.Count;
            bool isDue = server.Core.NextDeadline <= now;
            server.Core.Update(now);
            Assert.True(isDue || server.Sent.Count == sent);
            kept += isDue ? 0 : 1;
            Assert.True(server.Core.NextDeadline > now);
        }

        Assert.InRange(server.Sent.Count, 290, 1_500);
        Assert.True(kept > 1_500, $"only {kept} of 3,000 rounds had nothing to do");
    }

    [Fact]
    public void A_check_of_the_path_is_echoed_though_stock_clients_send_it_under_number_0()
    {
        int number;
        PeerAddress client = First;
        do
        {
            client = TestServer.Address(client.Port + 1);
            number = _server.Enter(client, Dialect.V2, 1);
        }
        while (number == 0);
        byte[] check = new byte[1_164];
        MtuProbe.Write(check, Dialect.V2, 0, []);
        _server.Core.Receive(client, check, 1_000);
        Assert.Equal(Packet.Header(Dialect.V2, PacketKind.MtuOk, number), _server.Sent[^1].Datagram[0]);
        Assert.Equal(check[1..], _server.Sent[^1].Datagram[1..]);
    }

    [Fact]
    public void A_silent_client_is_gone_after_five_seconds()
    {
        _server.Enter(First, Dialect.V1, 1);
        for (long now = 0; now <= Limits.TimeoutMicroseconds + 3_000; now += 1_000)
        {
            Assert.True(now > Limits.TimeoutMicroseconds || _server.Left.Count == 0);
            _server.Core.Update(now);
        }

        Assert.Equal(DisconnectReason.Timeout, Assert.Single(_server.Left).Reason);
        Assert.Equal(long.MaxValue, _server.Core.NextDeadline);
    }
}
