using System.Buffers.Binary;
using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>Bytes in, bytes out: what the page on the wire says of packets, by its own examples and beyond.</summary>
public sealed class ConnectionWireTests
{
    private const string ConnectTime = "8877665544332211";
    private readonly Recorder _end = new(Dialect.V2);
    private readonly Connection _server;
    private long _now = 1_000_000;

    public ConnectionWireTests() => _server = Begin(_end, Dialect.V2);

    [Fact]
    public void Examples_of_the_page_are_read_as_it_says()
    {
        Receive("0D" + "0300" + "040500" + "0500" + "0100000241");
        Assert.Contains(_end.Packets, packet => packet.Length == 11 && Convert.ToHexString(packet).StartsWith("050500", StringComparison.Ordinal));
        Assert.Contains("03" + "0000" + "02" + "010000000000000000", Sent());
        Receive("004869");
        Receive("02" + "0100" + "02" + "0100AA" + "0200BBCC");
        Receive("01" + "0900" + "03" + "55");
        Assert.Contains("03090003", Sent());
        Receive("81" + "0200" + "02" + "0100" + "0000" + "0200" + "40");
        Receive("81" + "0300" + "02" + "0100" + "0100" + "0200" + "41");
        Assert.Equal(["41", "4869", "AA", "BBCC", "55", "4041"], _end.Messages.Select(message => Convert.ToHexString(message.Payload)));
        Receive("08" + ConnectTime + "03006869");
        Assert.Equal([DisconnectReason.RemoteClosed], _end.Endings);
        Assert.Equal("0E", Sent()[^1]);
    }

    [Fact]
    public void A_hundred_packets_but_one_are_told_by_window_and_bits()
    {
        foreach (int sequence in Enumerable.Range(0, 100).Where(sequence => sequence != 36))
        {
            Receive($"01{sequence:X2}0002AA");
        }

        Assert.Equal("03" + "2400" + "02" + "FFFFFFFFEFFFFFFF00", Sent()[^1]);
    }

    [Fact]
    public void Messages_handed_over_together_share_a_packet_in_2x_and_a_lone_or_empty_one_has_its_own()
    {
        Assert.Equal(SendOutcome.Sent, _server.Send(DeliveryMethod.ReliableOrdered, 0, [0xAA]));
        Assert.Equal(SendOutcome.Sent, _server.Send(DeliveryMethod.ReliableOrdered, 0, [0xBB, 0xCC]));
        Assert.Equal(SendOutcome.Sent, _server.Send(DeliveryMethod.ReliableOrdered, 0, []));
        Assert.Equal(SendOutcome.Sent, _server.Send(DeliveryMethod.ReliableOrdered, 0, [0xDD]));
        Assert.Equal(SendOutcome.Sent, _server.Send(DeliveryMethod.ReliableUnordered, 1, [0xEE]));
        Update();
        Assert.Equal(["02000002" + "0100AA" + "0200BBCC", "01010002", "01020002DD", "01000004EE"], Sent().Where(packet => packet[..2] is "01" or "02"));
    }

    [Fact]
    public void Empty_messages_that_a_stock_peer_merged_are_all_delivered()
    {
        Receive("02" + "0000" + "02" + "0000");
        Receive("02" + "0100" + "02" + "0000" + "0000" + "0100AA" + "0000");
        Assert.Equal(["", "", "", "AA", ""], _end.Messages.Select(message => Convert.ToHexString(message.Payload)));
        Receive("02" + "0200" + "02" + "0000" + "0500BB");
        Assert.Equal(6, _end.Messages.Count);
    }

    [Fact]
    public void In_1x_every_message_has_a_packet()
    {
        var end = new Recorder(Dialect.V1);
        Connection server = Begin(end, Dialect.V1);
        server.Send(DeliveryMethod.ReliableOrdered, 63, [1]);
        server.Send(DeliveryMethod.ReliableOrdered, 63, [2]);
        server.Update(_now);
        Assert.Equal(["010000FE01", "010100FE02"], end.Packets.Select(Convert.ToHexString).Where(packet => packet.StartsWith("01", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_light_peer_that_repeats_a_sequenced_packet_gets_its_ack_and_others_only_along_the_way()
    {
        Update();
        Receive("01" + "0100" + "01" + "07");
        Assert.DoesNotContain("03010001", Sent());
        Receive("01" + "0100" + "01" + "07");
        Assert.Contains("03010001", Sent());
        Receive("01" + "0200" + "01" + "08");
        Assert.DoesNotContain("03020001", Sent());
        _server.Send(DeliveryMethod.Unreliable, 0, [1]);
        Update();
        Assert.Contains("03020001", Sent());
        Assert.Equal(2, _end.Messages.Count);
    }

    [Fact]
    public void An_ack_of_another_form_is_none()
    {
        _server.Send(DeliveryMethod.ReliableOrdered, 0, new byte[900]);
        Update();
        foreach (string ack in new[] { "03000002", "0300000201000000000000000000", "0300800201" + "0000000000000000", "0301000201" + "0000000000000000", "030000020100000000000000" })
        {
            Receive(ack);
            Assert.Equal(1, _server.Statistics.PacketsPending);
        }

        Receive("0300000201" + "0000000000000000");
        Assert.Equal(0, _server.Statistics.PacketsPending);
    }

    [Fact]
    public void A_client_at_another_address_says_who_it_is_once_a_second_and_stays()
    {
        (Connection client, Recorder end) = Client();
        end.Datagrams.Clear();
        for (int i = 0; i < 50; i++)
        {
            client.Receive([0x0F], _now + (i * 30_000));
        }

        string expected = "2F" + Convert.ToHexString(BitConverter.GetBytes(client.ConnectTime)) + "01" + "01" + "07000000";
        Assert.Equal([expected, expected], end.Datagrams.Select(Convert.ToHexString));
        Assert.Equal(ConnectionState.Connected, client.State);
    }

    [Fact]
    public void Forged_goodbyes_do_not_end_a_client_whose_server_talks()
    {
        (Connection client, Recorder end) = Client();
        for (int i = 0; i < 1_000; i++)
        {
            _now += 5_000;
            client.Receive([0x0F, 1], _now);
            client.Receive([0x0F], _now);
            byte[] goodbye = new byte[9];
            goodbye[0] = 0x28;
            BinaryPrimitives.WriteInt64LittleEndian(goodbye.AsSpan(1), client.ConnectTime + i - 1_000);
            client.Receive(goodbye, _now);
            client.Receive([0x0E], _now);
            client.Receive([0x10], _now);
            if (i % 200 == 0)
            {
                client.Receive([0x20, 1], _now);
            }

            client.Update(_now);
        }

        Assert.Equal((ConnectionState.Connected, 0), (client.State, end.Endings.Count));
        Assert.Equal(5, end.Messages.Count);
    }

    [Fact]
    public void A_client_whom_the_server_forgot_gives_up_after_it_said_who_it_is()
    {
        (Connection client, Recorder end) = Client();
        client.Update(_now);
        client.Receive([0x0F], _now + 1_600_000);
        Assert.Equal(ConnectionState.Connected, client.State);
        client.Receive([0x0F], _now + 1_700_000);
        Assert.Equal(ConnectionState.Connected, client.State);
        client.Receive([0x0F], _now + 2_200_000);
        Assert.Equal([DisconnectReason.PeerNotFound], end.Endings);
    }

    [Fact]
    public void Packets_before_their_turn_are_kept_up_to_a_bound_and_taken_when_they_come_again()
    {
        // Five channels, each with 63 packets of which the first is missing: one channel's do not all fit.
        for (int channel = 0; channel < 5; channel++)
        {
            for (int sequence = 1; sequence < 64; sequence++)
            {
                Receive($"01{sequence:X2}00{(channel * 4) + 2:X2}AA", update: false);
            }
        }

        for (int channel = 0; channel < 5; channel++)
        {
            Receive($"010000{(channel * 4) + 2:X2}AA", update: false);
        }

        Assert.Equal(Limits.EarlyPacketsMax + 5, _end.Messages.Count);
        for (int sequence = 1; sequence < 64; sequence++)
        {
            Receive($"01{sequence:X2}0012AA", update: false);
        }

        Assert.Equal(5 * 64, _end.Messages.Count);
    }

    [Fact]
    public void A_message_of_a_megabyte_passes_where_both_ends_allow_it_and_ends_the_connection_where_not()
    {
        var settings = new ConnectionSettings { MessageBytesMax = 1_000_000 };
        var wire = TestWire.Connected(Dialect.V1, new NetworkConditions { LatencyMilliseconds = 10, Loss = 0.02 }, 3, settings);
        byte[] message = new byte[1_000_000];
        message[999_999] = 7;
        Assert.Equal(SendOutcome.Sent, wire.Server!.Send(DeliveryMethod.ReliableUnordered, 0, message));
        Assert.Equal(SendOutcome.TooLarge, wire.Server.Send(DeliveryMethod.ReliableUnordered, 0, new byte[1_000_001]));
        Assert.True(wire.RunUntil(() => wire.ClientEnd.Messages.Count == 1, 60_000_000));
        Assert.Equal(message, wire.ClientEnd.Messages[0].Payload);

        for (int part = 0; _end.Endings.Count == 0 && part < 600; part++)
        {
            byte[] packet = new byte[1_024];
            packet[0] = 0x81;
            BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(1), (ushort)part);
            packet[3] = 2;
            packet[4] = 1;
            BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(6), (ushort)part);
            BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(8), 500);
            Receive(Convert.ToHexString(packet));
        }

        Assert.Equal([DisconnectReason.ProtocolViolation], _end.Endings);
    }

    [Fact]
    public void Settings_outside_their_bounds_are_refused()
    {
        foreach (ConnectionSettings settings in new ConnectionSettings[]
        {
            new() { MessageBytesMax = 0 }, new() { MessageBytesMax = Limits.MessageBytesCeiling + 1 }, new() { ChannelsMax = 0 }, new() { ChannelsMax = 65 },
            new() { SendBytesPerSecondMax = -1 },
        })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => ConnectionHost.Of(settings, 0));
        }
    }

    [Fact]
    public void A_channel_the_settings_do_not_know_is_neither_sent_on_nor_heard()
    {
        var end = new Recorder(Dialect.V2);
        var server = Connection.ToClient(end, ConnectionHost.Of(new ConnectionSettings { ChannelsMax = 2 }, 0), new Handshake(Dialect.V2, 1, 0), 0);
        Assert.Equal(SendOutcome.Unknown, server.Send(DeliveryMethod.ReliableOrdered, 2, [1]));
        server.Receive([1, 0, 0, 10, 42], 0);
        server.Receive([1, 0, 0, 6, 43], 0);
        Assert.Equal([43], Assert.Single(end.Messages).Payload);
    }

    private static Connection Begin(Recorder end, Dialect dialect) => Connection.ToClient(
        end, ConnectionHost.Of(new ConnectionSettings { DiscoversMtu = false }, 0),
        new Handshake(dialect, BinaryPrimitives.ReadInt64LittleEndian(Convert.FromHexString(ConnectTime)), 0, 0, 50_000), 1_000_000);

    private (Connection Client, Recorder End) Client()
    {
        var end = new Recorder(Dialect.V2);
        var client = Connection.ToServer(
            end, ConnectionHost.Of(new ConnectionSettings { DiscoversMtu = false }, 638_000_000_000_000_000), Dialect.V2, new byte[16], [], _now);
        byte[] accept = new byte[Packet.AcceptBytes];
        ConnectAccept.Write(accept, Dialect.V2, client.ConnectTime, 1, 7);
        client.Receive(accept, _now);
        Assert.Equal(ConnectionState.Connected, client.State);
        return (client, end);
    }

    private void Receive(string hex, bool update = true)
    {
        _server.Receive(Convert.FromHexString(hex), _now);
        if (update)
        {
            Update();
        }
    }

    private void Update()
    {
        _server.Update(_now);
        _now += 1_000;
    }

    private List<string> Sent() => [.. _end.Packets.Select(Convert.ToHexString)];
}
