using System.Buffers.Binary;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

public sealed class HandshakeTests
{
    private static readonly PeerAddress Client = TestServer.Address(1);
    private readonly TestServer _server = new();

    [Theory]
    [InlineData(1, 6, 3)]
    [InlineData(2, 7, 4)]
    public void An_admitted_request_is_accepted_and_pinged_in_its_dialect(int dialect, int accept, int ping)
    {
        _server.Core.Receive(Client, TestServer.Request((Dialect)dialect, 0x1122334455667788, "key"), 0);
        Assert.Equal(2, _server.Sent.Count);
        byte[] answer = _server.Sent[0].Datagram;
        Assert.Equal(15, answer.Length);
        Assert.Equal(accept, answer[0]);
        Assert.Equal(0x1122334455667788, BinaryPrimitives.ReadInt64LittleEndian(answer.AsSpan(1)));
        Assert.InRange(answer[9], 0, 3);
        Assert.Equal(0, answer[10]);
        Assert.True(BinaryPrimitives.ReadInt32LittleEndian(answer.AsSpan(11)) >= 0);
        Assert.Equal((byte)(ping | (answer[9] << 5)), _server.Sent[1].Datagram[0]);
        Assert.InRange(BinaryPrimitives.ReadUInt16LittleEndian(_server.Sent[1].Datagram.AsSpan(1)), 1, 16_383);
    }

    /// <summary>What a stock client counts its own peers with, and what ours says there.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(31, false)]
    [InlineData(ConnectRequest.PatientPeerId, true)]
    public void A_client_that_would_ping_seldom_is_told_in_its_id_that_it_may(int peerId, bool may)
    {
        byte[] request = TestServer.Request(Dialect.V2, 5, "key");
        BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(13), peerId);
        _server.Core.Receive(Client, request, 0);
        int id = BinaryPrimitives.ReadInt32LittleEndian(_server.Sent[0].Datagram.AsSpan(11));
        Assert.Equal(may, (id & ConnectAccept.PatientBit) != 0);
        _server.Core.Receive(Client, _server.PongFor(Client, Dialect.V2), 40_000);
        _server.Core.Update(50_000);
        _server.Core.Receive(Client, _server.PongFor(Client, Dialect.V2), 60_000);
        for (long now = 60_000; now < 6_000_000; now += 50_000)
        {
            _server.Core.Update(now);
        }

        Assert.Equal(may ? 1 : 0, _server.Core.ConnectionCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_application_hears_of_a_client_when_its_address_is_proven(int dialect)
    {
        _server.Core.Receive(Client, TestServer.Request((Dialect)dialect, 5, "key"), 0);
        Assert.Empty(_server.Entered);
        Assert.Equal((0, 1), (_server.Core.ConnectionCount, _server.Core.Statistics.Handshakes));
        _server.Core.Receive(Client, _server.PongFor(Client, (Dialect)dialect), 40_000);
        Assert.Single(_server.Entered);
        Assert.Equal((1, 0), (_server.Core.ConnectionCount, _server.Core.Statistics.Handshakes));
        Assert.True(_server.Core.TryGetStatistics(_server.Entered[0], out ConnectionStatistics statistics));
        Assert.Equal(40, statistics.RttMs);
    }

    [Fact]
    public void Numbers_are_not_the_same_for_everybody()
    {
        for (int port = 1; port <= 16; port++)
        {
            _server.Core.Receive(TestServer.Address(port), TestServer.Request(Dialect.V2, 5, "key"), 0);
        }

        Assert.Equal(16, _server.Sent.Where(sent => sent.Datagram.Length == 3).Select(sent => BitConverter.ToUInt16(sent.Datagram, 1)).Distinct().Count());
        Assert.Equal(4, _server.Sent.Where(sent => sent.Datagram.Length == 15).Select(sent => sent.Datagram[9]).Distinct().Count());
    }

    [Fact]
    public void A_repeated_request_gets_the_same_accept_another_ping_and_no_second_handshake()
    {
        for (int i = 0; i < 3; i++)
        {
            _server.Core.Receive(Client, TestServer.Request(Dialect.V2, 5, "key"), i * 1_000);
        }

        Assert.Equal(1, _server.Admissions);
        Assert.Equal(1, _server.Core.Statistics.Handshakes);
        List<byte[]> accepts = [.. _server.Sent.Select(sent => sent.Datagram).Where(datagram => datagram.Length == 15)];
        Assert.Equal(3, accepts.Count);
        Assert.All(accepts, accept => Assert.Equal(accepts[0], accept));
        _server.Core.Receive(Client, _server.PongFor(Client, Dialect.V2), 4_000);
        _server.Core.Receive(Client, TestServer.Request(Dialect.V2, 5, "key"), 5_000);
        Assert.Equal(accepts[0], _server.Sent[^1].Datagram);
        Assert.Single(_server.Entered);
    }

    [Fact]
    public void A_lost_ping_is_followed_by_the_next_number_and_either_answer_proves()
    {
        _server.Core.Receive(Client, TestServer.Request(Dialect.V2, 5, "key"), 0);
        byte[] first = _server.PongFor(Client, Dialect.V2);
        Run(0, 150_000);
        byte[] second = _server.PongFor(Client, Dialect.V2);
        Assert.Equal(BitConverter.ToUInt16(first, 1) + 1, BitConverter.ToUInt16(second, 1));
        _server.Core.Receive(Client, first, 150_000);
        Assert.Single(_server.Entered);
    }

    [Fact]
    public void Messages_beside_the_pong_are_heard_and_those_before_it_stay_unacknowledged()
    {
        _server.Core.Receive(Client, TestServer.Request(Dialect.V2, 5, "key"), 0);
        byte[] pong = _server.PongFor(Client, Dialect.V2);
        int number = Packet.ConnectionNumber(pong[0]);
        byte[] message = [Packet.Header(Dialect.V2, PacketKind.Channeled, number), 0, 0, 2, 0xAA];
        _server.Core.Receive(Client, message, 1_000);
        _server.Core.Update(1_000);
        Assert.Empty(_server.Messages);
        Assert.DoesNotContain(_server.Sent, sent => Packet.Kind(Dialect.V2, sent.Datagram[0]) == PacketKind.Ack);
        byte[] merged = [Packet.Header(Dialect.V2, PacketKind.Merged, number), 5, 0, .. message, 11, 0, .. pong];
        _server.Core.Receive(Client, merged, 2_000);
        Assert.Equal([0xAA], Assert.Single(_server.Messages).Payload);
    }

    [Fact]
    public void Three_wrong_guesses_end_a_handshake_even_when_merged_into_one_datagram()
    {
        _server.Core.Receive(Client, TestServer.Request(Dialect.V2, 5, "key"), 0);
        byte[] pong = _server.PongFor(Client, Dialect.V2);
        byte[] wrong = [.. pong];
        BitConverter.TryWriteBytes(wrong.AsSpan(1), (ushort)(BitConverter.ToUInt16(pong, 1) + 100));
        byte header = Packet.Header(Dialect.V2, PacketKind.Merged, Packet.ConnectionNumber(pong[0]));
        byte[] merged = [header, .. Entry(wrong), .. Entry(wrong), .. Entry(wrong), .. Entry(pong)];
        _server.Core.Receive(Client, merged, 1_000);
        Assert.Equal((0, 0), (_server.Core.ConnectionCount, _server.Core.Statistics.Handshakes));
        Assert.Equal(1, _server.Core.Statistics.Unproven);
        Assert.Empty(_server.Entered);
        Assert.Empty(_server.Left);
    }

    [Fact]
    public void A_pong_under_another_number_proves_nothing()
    {
        _server.Core.Receive(Client, TestServer.Request(Dialect.V2, 5, "key"), 0);
        byte[] pong = _server.PongFor(Client, Dialect.V2);
        pong[0] ^= 1 << 5;
        _server.Core.Receive(Client, pong, 1_000);
        Assert.Empty(_server.Entered);
    }

    [Fact]
    public void Who_proves_nothing_is_forgotten_after_two_seconds_and_nobody_was_told()
    {
        _server.Core.Receive(Client, TestServer.Request(Dialect.V2, 5, "key"), 0);
        Run(0, Limits.ProofMicroseconds + 2_000);
        Assert.Equal(0, _server.Core.Statistics.Handshakes);
        Assert.Equal(1, _server.Core.Statistics.Unproven);
        Assert.Empty(_server.Entered);
        Assert.Empty(_server.Left);
        Assert.Equal(1 + Limits.ProofPingsMax, _server.Sent.Count);
    }

    [Fact]
    public void A_client_that_gives_up_is_forgotten_at_once()
    {
        _server.Core.Receive(Client, TestServer.Request(Dialect.V2, 5, "key"), 0);
        int number = Packet.ConnectionNumber(_server.Sent[1].Datagram[0]);
        _server.Core.Receive(Client, TestServer.Goodbye(Dialect.V2, 5, number), 1_000);
        Assert.Equal(0, _server.Core.Statistics.Handshakes);
        Assert.Equal([Packet.Header(Dialect.V2, PacketKind.ShutdownOk, number)], _server.Sent[^1].Datagram);
    }

    [Fact]
    public void A_demanded_cookie_comes_after_the_pong_and_its_echo_opens_the_connection()
    {
        var server = new TestServer(with: options => options with { DemandCookie = true });
        server.Core.Receive(Client, TestServer.Request(Dialect.V1, 5, "key"), 0);
        byte[] pong = server.PongFor(Client, Dialect.V1);
        server.Core.Receive(Client, pong, 1_000);
        Assert.Empty(server.Entered);
        byte[] check = server.Sent[^1].Datagram;
        Assert.Equal(1_024, check.Length);
        Assert.Equal(9, check[0] & 0x1F);
        Assert.True(MtuProbe.IsWhole(check));
        byte[] echo = [.. check];
        echo[0] = (byte)((echo[0] & 0xE0) | 10);
        byte[] forged = [.. echo];
        forged[9] ^= 1;
        server.Core.Receive(Client, forged, 2_000);
        Assert.Empty(server.Entered);
        server.Core.Receive(Client, echo, 3_000);
        Assert.Single(server.Entered);
    }

    [Fact]
    public void A_cookie_is_sent_three_times_at_most()
    {
        var server = new TestServer(with: options => options with { DemandCookie = true });
        server.Core.Receive(Client, TestServer.Request(Dialect.V2, 5, "key"), 0);
        server.Core.Receive(Client, server.PongFor(Client, Dialect.V2), 1_000);
        for (long now = 0; now < 5_000_000; now += 5_000)
        {
            server.Core.Update(now);
        }

        Assert.Equal(Limits.CookiesMax, server.Sent.Count(sent => sent.Datagram.Length == 1_024));
        Assert.Equal(1, server.Core.Statistics.Unproven);
    }

    [Fact]
    public void A_new_request_replaces_a_player_only_when_its_address_answers_under_the_new_number()
    {
        int number = _server.Enter(Client, Dialect.V2, 5);
        _server.Core.Receive(Client, TestServer.Request(Dialect.V2, 9, "forged"), 0);
        Assert.Empty(_server.Left);
        _server.Core.Receive(Client, TestServer.Request(Dialect.V2, 9, "key"), 0);
        Assert.Empty(_server.Left);
        byte[] pong = _server.PongFor(Client, Dialect.V2);
        Assert.NotEqual(number, Packet.ConnectionNumber(pong[0]));
        _server.Core.Receive(Client, [Packet.Header(Dialect.V2, PacketKind.Unreliable, number), 1], 1_000);
        Assert.Equal([1], Assert.Single(_server.Messages).Payload);

        _server.Core.Receive(Client, pong, 2_000);
        Assert.Equal([(_server.Entered[0], DisconnectReason.Reconnected)], _server.Left);
        Assert.Equal(2, _server.Entered.Count);
        Assert.False(_server.Core.Knows(_server.Entered[0]));
        Assert.True(_server.Core.Knows(_server.Entered[1]));
        Assert.Equal(1, _server.Core.ConnectionCount);
        _server.Core.Receive(Client, [Packet.Header(Dialect.V2, PacketKind.Unreliable, number), 2], 3_000);
        Assert.Single(_server.Messages);
    }

    [Fact]
    public void A_client_can_come_back_in_the_other_dialect()
    {
        _server.Enter(Client, Dialect.V2, 5);
        _server.Enter(Client, Dialect.V1, 9, 10_000);
        Assert.Equal(2, _server.Entered.Count);
        Assert.Equal(DisconnectReason.Reconnected, Assert.Single(_server.Left).Reason);
    }

    [Fact]
    public void A_client_can_come_back_while_its_old_connection_says_goodbye()
    {
        _server.Enter(Client, Dialect.V2, 5);
        _server.Core.Disconnect(_server.Entered[0], [], 1_000);
        _server.Enter(Client, Dialect.V2, 9, 2_000);
        Assert.Equal(2, _server.Entered.Count);
        Assert.Equal(DisconnectReason.LocalClosed, Assert.Single(_server.Left).Reason);
        Assert.Equal(1, _server.Core.ConnectionCount);
    }

    private static byte[] Entry(byte[] packet) => [(byte)packet.Length, 0, .. packet];

    private void Run(long from, long to)
    {
        for (long now = from; now <= to; now += 1_000)
        {
            _server.Core.Update(now);
        }
    }
}
