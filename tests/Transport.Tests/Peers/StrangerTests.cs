using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

public sealed class StrangerTests
{
    private static readonly PeerAddress Stranger = TestServer.Address(1);
    private readonly TestServer _server = new();

    [Theory]
    [InlineData("030200", "0E")]
    [InlineData("040200", "0F")]
    [InlineData("0200000201000000000000000000", "0F")]
    [InlineData("02000002010000000000000000", "0E")]
    [InlineData("03000002010000000000000000", "0F")]
    [InlineData("0C0300030200", "0E")]
    [InlineData("0D0300040200", "0F")]
    [InlineData("07000088997766DE08", "0D")]
    [InlineData("0F0000000000000000000001000000", "0F01")]
    [InlineData("0E0000000000000000000001000000", "0E01")]
    [InlineData("01000002FF", "")]
    [InlineData("0041", "")]
    [InlineData("080000000000000000", "")]
    [InlineData("070000000000000000000000000000", "")]
    [InlineData("0E", "")]
    [InlineData("0F", "")]
    [InlineData("0F01", "")]
    [InlineData("0E01", "")]
    [InlineData("10", "")]
    [InlineData("0A00040000", "")]
    [InlineData("0841424344", "")]
    [InlineData("0B41424344", "")]
    public void Data_and_goodbyes_of_forgotten_connections_get_a_byte_or_two_and_all_else_nothing(string datagram, string answer)
    {
        _server.Core.Receive(Stranger, Convert.FromHexString(datagram), 0);
        Assert.Equal(answer, string.Concat(_server.Sent.Select(sent => Convert.ToHexString(sent.Datagram))));
    }

    [Fact]
    public void A_goodbye_of_2x_is_told_from_a_message_of_1x_by_the_time_it_begins_with()
    {
        _server.Core.Receive(Stranger, TestServer.Goodbye(Dialect.V2, TestServer.UtcTicksAtZero - TimeSpan.TicksPerDay, 0), 0);
        Assert.Equal([14], Assert.Single(_server.Sent).Datagram);
    }

    [Fact]
    public void Answers_to_strangers_and_refusals_are_limited_in_number()
    {
        byte[] request = TestServer.Request(Dialect.V2, 1, "forged");
        for (int i = 0; i < 20_000; i++)
        {
            _server.Core.Receive(TestServer.Address(1 + i), [4, 2, 0], 0);
            _server.Core.Receive(TestServer.Address(1 + i), request, 0);
        }

        Assert.Equal(Limits.StrangerAnswersPerSecondMax, _server.Sent.Count(sent => sent.Datagram.Length == 1));
        Assert.Equal(Limits.RefusalAnswersPerSecondMax, _server.Sent.Count(sent => sent.Datagram.Length > 1));
        Assert.InRange(_server.Admissions, Limits.OpeningsAtOnceMax, 2 * Limits.OpeningsAtOnceMax);
        Assert.Equal(20_000 - _server.Admissions, _server.Core.Statistics.Throttled);
    }

    [Theory]
    [InlineData("0841424344", false, "08")]
    [InlineData("0941424344", false, "09")]
    [InlineData("0B41424344", true, "08")]
    [InlineData("0C41424344", true, "09")]
    public void Messages_without_a_connection_are_heard_and_answered_in_their_dialect_where_that_is_asked_for(string datagram, bool isBroadcast, string answer)
    {
        var server = new TestServer(with: options => options with { HearUnconnected = true }) { UnconnectedAnswer = "hello there"u8.ToArray() };
        server.Core.Receive(Stranger, Convert.FromHexString(datagram), 0);
        Assert.Equal(("ABCD", isBroadcast), (System.Text.Encoding.ASCII.GetString(server.Unconnected[0].Message), server.Unconnected[0].IsBroadcast));
        byte[] sent = Assert.Single(server.Sent).Datagram;
        Assert.Equal(answer, Convert.ToHexString(sent.AsSpan(0, 1)));
        Assert.Equal(isBroadcast ? "hell" : "he", System.Text.Encoding.ASCII.GetString(sent.AsSpan(1)));
    }

    [Fact]
    public void A_player_can_send_messages_beside_its_connection_and_one_network_cannot_send_many()
    {
        var server = new TestServer(with: options => options with { HearUnconnected = true });
        server.Enter(Stranger, Dialect.V1, 5);
        for (int i = 0; i < 1_000; i++)
        {
            server.Core.Receive(Stranger, [8, 1], 0);
        }

        Assert.Equal(Limits.UnconnectedPerPrefixPerSecondMax, server.Unconnected.Count);
        Assert.Equal(Limits.UnconnectedPerPrefixPerSecondMax, server.Core.Statistics.Unconnected);
        Assert.Empty(server.Left);
    }
}
