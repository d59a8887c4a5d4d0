using System.Buffers.Binary;
using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>What a connection finds out about its path: sizes, round trips, loss.</summary>
public sealed class PathTests
{
    private static readonly NetworkConditions Near = new() { LatencyMilliseconds = 22.5, JitterMilliseconds = 2.5 };

    [Theory]
    [InlineData(1, 2_000, 1_432)]
    [InlineData(2, 1_400, 1_392)]
    [InlineData(1, 1_200, 1_164)]
    [InlineData(2, 1_100, 1_024)]
    public void The_largest_datagram_that_passes_is_found(int dialect, int passes, int found)
    {
        var wire = TestWire.Connected((Dialect)dialect, Near with { MtuBytes = passes });
        wire.Run(20_000_000);
        Assert.Equal((found, found), (wire.Client.Statistics.Mtu, wire.Server!.Statistics.Mtu));
        Assert.Equal(SendOutcome.Sent, wire.Server.Send(DeliveryMethod.Unreliable, 0, new byte[found - 1]));
        Assert.Equal(SendOutcome.TooLarge, wire.Server.Send(DeliveryMethod.Unreliable, 0, new byte[found]));
        wire.Run(100_000);
        Assert.Equal(found - 1, Assert.Single(wire.ClientEnd.Messages).Payload.Length);
    }

    [Theory]
    [InlineData(true, 1_408)]
    [InlineData(false, 1_000)]
    public void A_layers_bytes_come_off_the_datagram(bool discovers, int mtu)
    {
        var settings = new ConnectionSettings { OverheadBytes = 24, DiscoversMtu = discovers };
        var wire = TestWire.Connected(Dialect.V2, Near, 1, settings);
        for (int i = 0; i < 40; i++)
        {
            wire.Client.Send(DeliveryMethod.ReliableOrdered, 0, new byte[3_000]);
        }

        wire.Run(10_000_000);
        Assert.Equal(mtu, wire.Client.Statistics.Mtu);
        Assert.Equal(mtu, discovers ? wire.LargestDatagram : mtu);
        Assert.True(wire.LargestDatagram <= mtu, $"{wire.LargestDatagram} bytes");
        Assert.Equal(40, wire.ServerEnd.Messages.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_path_that_becomes_narrower_is_noticed_and_what_was_under_way_arrives(bool reliable)
    {
        var wire = TestWire.Connected(Dialect.V1, Near);
        wire.Run(5_000_000);
        Assert.Equal(1_432, wire.Server!.Statistics.Mtu);
        int sent = 0;
        void SendSome()
        {
            // Many small packets at once, which merge into large datagrams.
            for (int i = 0; i < 20; i++, sent++)
            {
                byte[] payload = new byte[100];
                BinaryPrimitives.WriteInt32LittleEndian(payload, sent);
                Assert.Equal(SendOutcome.Sent, wire.Server.Send(reliable ? DeliveryMethod.ReliableOrdered : DeliveryMethod.Unreliable, 0, payload));
            }
        }

        SendSome();
        wire.Run(200_000);
        Assert.Equal(20, wire.ClientEnd.Messages.Count);
        wire.Network = Near with { MtuBytes = 1_200 };
        for (int i = 0; i < 400; i++)
        {
            SendSome();
            wire.Run(100_000);
        }

        wire.Run(3_000_000);
        Assert.InRange(wire.Server.Statistics.Mtu, 1_024, 1_164);
        Assert.Null(wire.ClientEnd.Ended);
        int before = wire.ClientEnd.Messages.Count;
        SendSome();
        wire.Run(500_000);
        Assert.Equal(20, wire.ClientEnd.Messages.Count - before);
        Assert.True(!reliable || wire.ClientEnd.Messages.Count == sent, $"{wire.ClientEnd.Messages.Count} of {sent} arrived");
    }

    /// <summary>A stock client's numbers have 16 bits, ours 15; each compares in 15. A day is 86,400 pings.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_day_of_pings_is_answered_to_the_last_one(int dialect)
    {
        var end = new Recorder((Dialect)dialect);
        var server = Connection.ToClient(end, ConnectionHost.Of(new ConnectionSettings { DiscoversMtu = false }, 0), new Handshake((Dialect)dialect, 1, 2, 16_000), 0);
        ushort ping = 1;
        int lastAnswered = 16_000;
        byte pingHeader = Packet.Header((Dialect)dialect, PacketKind.Ping, 2);
        byte pongHeader = Packet.Header((Dialect)dialect, PacketKind.Pong, 2);
        int ours = 0;
        for (long now = 0; now < 86_400_000_000; now += 500_000)
        {
            end.Packets.Clear();
            if (now % 1_000_000 == 0)
            {
                // With messages it pings every second itself.
                server.Send(DeliveryMethod.Unreliable, 0, [1]);
                ping++;
                server.Receive([pingHeader, (byte)ping, (byte)(ping >> 8)], now);
            }

            server.Update(now);
            if (now % 1_000_000 == 0)
            {
                Assert.Contains(end.Packets, packet => packet[0] == pongHeader && BinaryPrimitives.ReadUInt16LittleEndian(packet.AsSpan(1)) == ping);
            }

            foreach (byte[] packet in end.Packets.Where(packet => packet[0] == pingHeader).ToArray())
            {
                // As a stock peer: later ones only, in 15 bits.
                int number = BinaryPrimitives.ReadUInt16LittleEndian(packet.AsSpan(1));
                Assert.InRange(number, 1, 32_767);
                Assert.True(Sequence.Distance(number, lastAnswered) > 0, $"ping {number} after {lastAnswered} would not be answered");
                lastAnswered = number;
                ours++;
                byte[] pong = new byte[11];
                pong[0] = pongHeader;
                packet.AsSpan(1, 2).CopyTo(pong.AsSpan(1));
                server.Receive(pong, now + 40_000);
            }
        }

        Assert.InRange(ours, 40_000, 200_000);
        Assert.InRange(server.Statistics.RttMs, 39.9, 40.1);
        Assert.Equal((0, ConnectionState.Connected), (server.Statistics.PingLoss, server.State));
    }

    [Fact]
    public void A_pong_is_said_again_in_a_later_datagram_and_no_third_time()
    {
        var end = new Recorder();
        var server = Connection.ToClient(end, ConnectionHost.Of(new ConnectionSettings { DiscoversMtu = false }, 0), new Handshake(Dialect.V1, 1, 0, 5), 0);
        server.Update(0);
        end.Datagrams.Clear();
        server.Receive([3, 9, 0], 600_000);
        for (long now = 600_000; now < 3_000_000; now += 16_000)
        {
            server.Send(DeliveryMethod.Unreliable, 0, [1]);
            server.Update(now);
        }

        int[] with = [.. Enumerable.Range(0, end.Datagrams.Count).Where(index => Recorder.Split(end.Datagrams[index], Dialect.V1).Any(packet => packet[0] == 4))];
        Assert.Equal([0, 1], with);
    }

    [Fact]
    public void Loss_of_pings_is_told_and_watched_closely_while_something_is_under_way()
    {
        var wire = TestWire.Connected(Dialect.V2, Near with { Loss = 0.2 }, 5);
        for (int i = 0; i < 2_000; i++)
        {
            wire.Server!.Send(DeliveryMethod.ReliableOrdered, 0, [1, 2, 3]);
            wire.Run(15_000);
        }

        Assert.InRange(wire.Server!.Statistics.PingLoss, 0.15, 0.6);
        Assert.InRange(wire.Server.Statistics.RttMs, 40, 70);
        Assert.InRange(wire.Server.Statistics.JitterMs, 0, 20);
    }

    [Fact]
    public void An_idle_connection_costs_a_datagram_in_three_seconds_and_one_with_messages_is_watched_every_second()
    {
        var wire = TestWire.Connected(Dialect.V1, Near with { JitterMilliseconds = 0 });
        wire.Run(10_000_000);
        long before = wire.Server!.Statistics.DatagramsSent;
        wire.Run(60_000_000);
        Assert.InRange(wire.Server.Statistics.DatagramsSent - before, 20, 26);
        Assert.Equal(0, wire.Server.Statistics.PingLoss);
        wire.ServerEnd.Messages.Clear();
        before = wire.Client.Statistics.DatagramsSent;
        for (int second = 0; second < 30; second++)
        {
            wire.Server.Send(DeliveryMethod.Unreliable, 0, [1]);
            wire.Run(1_000_000);
        }

        // A ping, and a pong for the server's; often both in one.
        Assert.InRange(wire.Client.Statistics.DatagramsSent - before, 28, 64);
        Assert.Null(wire.ClientEnd.Ended);
    }

    [Fact]
    public void Patient_ends_hardly_speak_while_idle_and_miss_each_other_as_soon_as_others_once_they_do()
    {
        var wire = TestWire.Connected(Dialect.V2, Near, isPatient: true);
        wire.Run(20_000_000);
        long before = wire.Client.Statistics.DatagramsSent;
        wire.Run(240_000_000);
        Assert.InRange(wire.Client.Statistics.DatagramsSent - before, 30, 50);
        Assert.Null(wire.ClientEnd.Ended ?? wire.ServerEnd.Ended);

        // However long it was silent, a client that a message finds has its time to answer.
        wire.Run(7_000_000);
        wire.Server!.Send(DeliveryMethod.ReliableOrdered, 0, [1]);
        wire.Run(1_000_000);
        Assert.Single(wire.ClientEnd.Messages);
        wire.Network = Near with { Loss = 1 };
        wire.Server.Send(DeliveryMethod.ReliableOrdered, 0, [2]);
        wire.Client.Send(DeliveryMethod.ReliableOrdered, 0, [2]);
        wire.Run(4_500_000);
        Assert.Null(wire.ClientEnd.Ended ?? wire.ServerEnd.Ended);
        wire.Run(2_000_000);
        Assert.Equal((DisconnectReason.Timeout, DisconnectReason.Timeout), (wire.ClientEnd.Ended, wire.ServerEnd.Ended));
    }

    [Fact]
    public void An_idle_client_that_is_gone_is_given_up_by_a_patient_server_in_seventeen_seconds()
    {
        var wire = TestWire.Connected(Dialect.V2, Near, isPatient: true);
        wire.Run(30_000_000);
        wire.Network = Near with { Loss = 1 };
        wire.Run(14_000_000);
        Assert.Equal(DisconnectReason.Timeout, wire.ClientEnd.Ended);
        wire.Run(3_100_000);
        Assert.Equal(DisconnectReason.Timeout, wire.ServerEnd.Ended);
    }

    [Fact]
    public void An_idle_client_survives_the_loss_of_three_pings_and_no_more()
    {
        var wire = TestWire.Connected(Dialect.V2, Near);
        wire.Run(10_000_000);
        Assert.True(wire.RunUntil(() => wire.Now == wire.Server!.HeardAt, 4_000_000));
        wire.Run(100_000);
        wire.Network = Near with { Loss = 1 };
        wire.Run(4_200_000);
        Assert.Null(wire.ServerEnd.Ended);
        wire.Network = Near;
        wire.Run(10_000_000);
        Assert.Null(wire.ServerEnd.Ended);
        Assert.Null(wire.ClientEnd.Ended);
        wire.Network = Near with { Loss = 1 };
        wire.Run(5_200_000);
        Assert.Equal((DisconnectReason.Timeout, DisconnectReason.Timeout), (wire.ClientEnd.Ended, wire.ServerEnd.Ended));
    }
}

/// <summary>Keeps what a connection sends and tells.</summary>
internal sealed class Recorder(Dialect dialect = Dialect.V1) : IConnectionEvents
{
    public List<byte[]> Datagrams { get; } = [];

    /// <summary>The same, taken apart.</summary>
    public List<byte[]> Packets { get; } = [];

    public List<(byte[] Payload, DeliveryMethod Method, byte Channel)> Messages { get; } = [];

    public List<DisconnectReason> Endings { get; } = [];

    public int Connections { get; private set; }

    public static IEnumerable<byte[]> Split(byte[] datagram, Dialect dialect)
    {
        if (Packet.Kind(dialect, datagram[0]) != PacketKind.Merged)
        {
            return [datagram];
        }

        var packets = new List<byte[]>();
        for (int at = 1; at < datagram.Length;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(datagram.AsSpan(at));
            packets.Add(datagram[(at + 2)..(at + 2 + length)]);
            at += 2 + length;
        }

        return packets;
    }

    public void Transmit(ReadOnlySpan<byte> datagram)
    {
        Datagrams.Add(datagram.ToArray());
        Packets.AddRange(Split(Datagrams[^1], dialect));
    }

    public void Connected() => Connections++;

    public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => Messages.Add((payload.ToArray(), method, channel));

    public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) => Endings.Add(reason);
}
