using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>Bytes that stock peers of LiteNetLib 1.x and 2.x send or expect.</summary>
public sealed class GoldenPacketTests
{
    private const string Captured = "050D000000" + "88776655443322FF" + "00000000" + "10" + "020026CD7F0000010000000000000000" + "04006B6579";
    private readonly TestServer _server = new();
    private PeerAddress _client;

    [Fact]
    public void A_captured_connect_request_is_read()
    {
        Assert.True(ConnectRequest.TryRead(Convert.FromHexString(Captured), out ConnectRequest request));
        Assert.Equal((Dialect.V1, 13), (request.Dialect, request.Protocol));
        Assert.True(ConnectData.TryReadString(request.Data, out string? key));
        Assert.Equal("key", key);
    }

    [Fact]
    public void The_first_reliable_message_of_1x_is_acknowledged_with_13_bytes()
    {
        Enter(Dialect.V1);
        Receive("01" + "0000" + "02" + "AA");
        Assert.Equal([0xAA], Assert.Single(_server.Messages).Payload);
        Assert.Contains("02" + "0000" + "02" + "010000000000000000", Packets());
    }

    [Fact]
    public void Merged_reliable_messages_of_2x_are_delivered_in_order_under_one_sequence()
    {
        Enter(Dialect.V2);
        Receive("02" + "0000" + "02" + "0100AA" + "0200BBCC");
        Receive("02" + "0100" + "02" + "0100DD");
        Assert.Equal(["AA", "BBCC", "DD"], _server.Messages.Select(message => Convert.ToHexString(message.Payload)));
        Assert.Contains("03" + "0000" + "02" + "030000000000000000", Packets());
    }

    [Fact]
    public void An_entry_longer_than_its_datagram_gives_no_byte_of_another()
    {
        Enter(Dialect.V1);
        Receive("0C" + "8403" + "0041");
        Receive("0C" + "0200" + "0041" + "8403" + "0042");
        Assert.Equal(["41"], _server.Messages.Select(message => Convert.ToHexString(message.Payload)));
    }

    [Theory]
    [InlineData(Dialect.V1, "03", "04")]
    [InlineData(Dialect.V2, "04", "05")]
    internal void A_ping_is_answered_with_its_number_and_the_time(Dialect dialect, string ping, string pong)
    {
        Enter(dialect);
        Receive(ping + "0200");
        Assert.Contains(Packets(), packet => packet.Length == 22 && packet.StartsWith(pong + "0200", StringComparison.Ordinal));
    }

    [Fact]
    public void An_mtu_check_is_echoed_as_ok()
    {
        Enter(Dialect.V2);
        byte[] check = new byte[1_400];
        check[0] = 10;
        BitConverter.TryWriteBytes(check.AsSpan(1), 1_400);
        BitConverter.TryWriteBytes(check.AsSpan(1_396), 1_400);
        check[77] = 9;
        _server.Core.Receive(_client, check, 1);
        byte[] echo = _server.Sent[^1].Datagram;
        Assert.Equal(11, echo[0]);
        Assert.Equal(check[1..], echo[1..]);
        int sent = _server.Sent.Count;
        check[1] = 0;
        _server.Core.Receive(_client, check, 2);
        Assert.Equal(sent, _server.Sent.Count);
    }

    [Fact]
    public void A_fragmented_message_is_put_together()
    {
        Enter(Dialect.V1);
        Receive("81" + "0100" + "02" + "0100" + "0100" + "0200" + "CCDD");
        Receive("81" + "0000" + "02" + "0100" + "0000" + "0200" + "AABB");
        Assert.Equal("AABBCCDD", Convert.ToHexString(Assert.Single(_server.Messages).Payload));
    }

    [Fact]
    public void Sequenced_starts_at_one_and_reliable_sequenced_is_acknowledged_with_four_bytes()
    {
        Enter(Dialect.V1);
        Receive("01" + "0000" + "01" + "EE");
        Receive("01" + "0100" + "01" + "AA");
        Receive("01" + "0100" + "03" + "BB");
        Assert.Equal(["AA", "BB"], _server.Messages.Select(message => Convert.ToHexString(message.Payload)));
        Assert.Contains("02" + "0100" + "03", Packets());
    }

    [Fact]
    public void Fragments_that_claim_too_much_end_the_connection()
    {
        Enter(Dialect.V1);
        Receive("81" + "0000" + "02" + "0100" + "0000" + "FFFF" + "AA");
        Assert.Equal(DisconnectReason.ProtocolViolation, Assert.Single(_server.Left).Reason);
    }

    /// <summary>The bytes here are of connection number 0, which the server draws for one client in four.</summary>
    private void Enter(Dialect dialect)
    {
        do
        {
            _client = TestServer.Address(_client.Port + 1);
        }
        while (_server.Enter(_client, dialect, 1) != 0);
        _server.Sent.Clear();
    }

    private void Receive(string datagram)
    {
        _server.Core.Receive(_client, Convert.FromHexString(datagram), 1);
        _server.Core.Update(1);
    }

    /// <summary>All that was sent, taken apart.</summary>
    private List<string> Packets()
    {
        var packets = new List<string>();
        foreach ((_, byte[] datagram) in _server.Sent)
        {
            if (datagram[0] is not (12 or 13))
            {
                packets.Add(Convert.ToHexString(datagram));
                continue;
            }

            for (int at = 1; at < datagram.Length;)
            {
                int length = BitConverter.ToUInt16(datagram, at);
                packets.Add(Convert.ToHexString(datagram, at + 2, length));
                at += 2 + length;
            }
        }

        return packets;
    }
}
