using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

public sealed class ServerCoreTests
{
    private readonly TestServer _server = new();

    [Theory]
    [InlineData(1, "06")]
    [InlineData(2, "07")]
    public void An_admitted_request_is_accepted_in_its_dialect(int dialect, string kind)
    {
        _server.Core.Receive(TestServer.Address(1), TestServer.Request((Dialect)dialect, 0x1122334455667788, "key"), 0);
        Assert.Equal(kind + "8877665544332211" + "00" + "00" + "00000000", Convert.ToHexString(Assert.Single(_server.Sent).Datagram));
        Assert.Single(_server.Entered);
    }

    [Fact]
    public void A_repeated_request_gets_the_same_answer_and_no_second_connection()
    {
        for (int i = 0; i < 3; i++)
        {
            _server.Core.Receive(TestServer.Address(1), TestServer.Request(Dialect.V2, 5, "key"), 0);
        }

        Assert.Single(_server.Entered);
        Assert.Equal(1, _server.Admissions);
        Assert.Equal(3, _server.Sent.Count);
        Assert.All(_server.Sent, sent => Assert.Equal(_server.Sent[0].Datagram, sent.Datagram));
    }

    [Fact]
    public void A_refusal_says_why_and_is_never_larger_than_the_request()
    {
        _server.Core.Receive(TestServer.Address(1), TestServer.Request(Dialect.V1, 1, "nonsense"), 0);
        Assert.Equal("070100000000000000" + "03006E6F", Convert.ToHexString(Assert.Single(_server.Sent).Datagram));
        byte[] request = TestServer.Request(Dialect.V1, 1, "long");
        _server.Core.Receive(TestServer.Address(2), request, 0);
        Assert.Equal(9, _server.Sent[1].Datagram.Length);
        Assert.Equal(0, _server.Core.ConnectionCount);
    }

    [Fact]
    public void Who_is_ignored_hears_nothing()
    {
        _server.Core.Receive(TestServer.Address(1), TestServer.Request(Dialect.V2, 1, "wait"), 0);
        Assert.Empty(_server.Sent);
        Assert.Equal(0, _server.Core.ConnectionCount);
    }

    [Fact]
    public void A_full_server_says_so()
    {
        for (int port = 1; port <= 17; port++)
        {
            _server.Core.Receive(TestServer.Address(port), TestServer.Request(Dialect.V2, 1, "key"), 0);
        }

        Assert.Equal(16, _server.Entered.Count);
        Assert.True(ConnectData.TryReadString(_server.Sent[^1].Datagram.AsSpan(9), out string? reason));
        Assert.Equal("the server is full", reason);
    }

    [Fact]
    public void A_newer_request_drops_a_player_only_with_a_valid_token()
    {
        _server.Core.Receive(TestServer.Address(1), TestServer.Request(Dialect.V2, 5, "key"), 0);
        _server.Core.Receive(TestServer.Address(1), TestServer.Request(Dialect.V2, 9, "forged"), 0);
        _server.Core.Receive(TestServer.Address(1), TestServer.Request(Dialect.V2, 4, "key"), 0);
        Assert.Empty(_server.Left);
        _server.Core.Receive(TestServer.Address(1), TestServer.Request(Dialect.V2, 9, "key"), 0);
        Assert.Equal([(_server.Entered[0], DisconnectReason.Reconnected)], _server.Left);
        Assert.Equal(2, _server.Entered.Count);
        Assert.NotEqual(_server.Entered[0], _server.Entered[1]);
        Assert.Equal(1, _server.Sent[^1].Datagram[9]);
        Assert.False(_server.Core.Knows(_server.Entered[0]));
        Assert.True(_server.Core.Knows(_server.Entered[1]));
    }

    [Fact]
    public void A_goodbye_is_acknowledged_and_its_slot_is_free_again()
    {
        _server.Core.Receive(TestServer.Address(1), TestServer.Request(Dialect.V2, 5, "key"), 0);
        _server.Core.Receive(TestServer.Address(1), TestServer.Goodbye(Dialect.V2, 6), 10);
        Assert.Empty(_server.Left);
        _server.Core.Receive(TestServer.Address(1), TestServer.Goodbye(Dialect.V2, 5), 10);
        Assert.Equal(DisconnectReason.RemoteClosed, Assert.Single(_server.Left).Reason);
        Assert.Equal([14], _server.Sent[^1].Datagram);
        _server.Core.Update(20_000);
        Assert.Equal(0, _server.Core.ConnectionCount);
    }

    [Theory]
    [InlineData("030200", "0E")]
    [InlineData("040200", "0F")]
    [InlineData("01000002FF", "0F")]
    [InlineData("0C0300030200", "0E")]
    [InlineData("0E", "")]
    [InlineData("0F", "")]
    [InlineData("0F01", "")]
    [InlineData("0E01", "")]
    [InlineData("0F0000000000000000000001000000", "")]
    [InlineData("10", "")]
    [InlineData("080000000000000000", "")]
    [InlineData("0A00040000", "")]
    public void Strangers_get_at_most_one_byte_and_answers_get_none(string datagram, string answer)
    {
        _server.Core.Receive(TestServer.Address(1), Convert.FromHexString(datagram), 0);
        Assert.Equal(answer, string.Concat(_server.Sent.Select(sent => Convert.ToHexString(sent.Datagram))));
    }

    [Fact]
    public void Floods_of_strangers_and_requests_are_throttled()
    {
        byte[] request = TestServer.Request(Dialect.V2, 1, "forged");
        for (int i = 0; i < 20_000; i++)
        {
            _server.Core.Receive(TestServer.Address(1 + i), [4, 2, 0], 0);
            _server.Core.Receive(TestServer.Address(1 + i), request, 0);
        }

        Assert.Equal(Limits.StrangerAnswersPerSecondMax, _server.Sent.Count(sent => sent.Datagram.Length == 1));
        Assert.Equal(Limits.HandshakesPerSecondMax, _server.Admissions);
        Assert.Equal(20_000 - Limits.HandshakesPerSecondMax, _server.Core.Statistics.Throttled);
    }

    [Fact]
    public void Another_protocol_is_named_invalid()
    {
        byte[] request = TestServer.Request(Dialect.V2, 1, "key");
        request[1] = 11;
        _server.Core.Receive(TestServer.Address(1), request, 0);
        Assert.Equal([16], Assert.Single(_server.Sent).Datagram);
    }

    [Fact]
    public void A_handler_that_throws_costs_its_connection_and_nobody_else()
    {
        _server.Core.Receive(TestServer.Address(1), TestServer.Request(Dialect.V2, 1, "key"), 0);
        _server.Core.Receive(TestServer.Address(2), TestServer.Request(Dialect.V2, 1, "key"), 0);
        _server.Throws = true;
        _server.Core.Receive(TestServer.Address(1), [Packet.Header(Dialect.V2, PacketKind.Unreliable, 0), 7], 1);
        _server.Throws = false;
        _server.Core.Receive(TestServer.Address(2), [Packet.Header(Dialect.V2, PacketKind.Unreliable, 0), 8], 2);
        Assert.Equal("choked", Assert.Single(_server.Faults).Message);
        Assert.Equal(_server.Entered[0], Assert.Single(_server.Left).Id);
        Assert.Equal(_server.Entered[1], Assert.Single(_server.Messages).Id);
    }
}
