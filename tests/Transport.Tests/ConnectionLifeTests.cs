using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

public sealed class ConnectionLifeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_lost_request_and_a_lost_answer_are_repeated(int dialect)
    {
        var wire = new TestWire((Dialect)dialect, NetworkConditions.Parse("15ms±5 60%"), 3);
        Assert.True(wire.RunUntil(() => wire.Server is not null, 5_000_000));
        wire.Network = NetworkConditions.Perfect;
        Assert.True(wire.RunUntil(() => wire.ClientEnd.HeardConnected, 1_000_000));
    }

    [Fact]
    public void Nobody_there_is_noticed_after_ten_requests()
    {
        var wire = new TestWire(Dialect.V2, NetworkConditions.Parse("100%"));
        Assert.True(wire.RunUntil(() => wire.ClientEnd.Ended is not null, 10_000_000));
        Assert.Equal(DisconnectReason.ConnectionFailed, wire.ClientEnd.Ended);
        Assert.InRange(wire.Now, 4_500_000, 6_000_000);
        Assert.Equal(Limits.ConnectAttemptsMax, wire.Client.Statistics.DatagramsSent);
    }

    [Fact]
    public void Silence_of_five_seconds_ends_both_sides()
    {
        var wire = TestWire.Connected(Dialect.V2, NetworkConditions.Perfect);
        wire.Run(60_000_000);
        Assert.Null(wire.ClientEnd.Ended);
        long cutAt = wire.Now;
        wire.Network = NetworkConditions.Parse("100%");
        Assert.True(wire.RunUntil(() => wire.ClientEnd.Ended is not null && wire.ServerEnd.Ended is not null, 10_000_000));
        Assert.Equal((DisconnectReason.Timeout, DisconnectReason.Timeout), (wire.ClientEnd.Ended!.Value, wire.ServerEnd.Ended!.Value));
        Assert.InRange(wire.Now - cutAt, 3_900_000, 5_100_000);
    }

    [Fact]
    public void Goodbye_arrives_with_its_data_through_loss_and_is_told_once()
    {
        var wire = TestWire.Connected(Dialect.V1, NetworkConditions.Parse("30ms±20 50% dup 50%"), 8);
        wire.Server!.Disconnect([1, 2, 3], wire.Now);
        Assert.True(wire.RunUntil(() => wire.ClientEnd.Ended is not null, 5_000_000));
        wire.Run(6_000_000);
        Assert.Equal((DisconnectReason.RemoteClosed, 1), (wire.ClientEnd.Ended!.Value, wire.ClientEnd.Endings));
        Assert.Equal((DisconnectReason.LocalClosed, 1), (wire.ServerEnd.Ended!.Value, wire.ServerEnd.Endings));
        Assert.Equal([1, 2, 3], wire.ClientEnd.EndData);
        Assert.Equal((ConnectionState.Closed, ConnectionState.Closed), (wire.Client.State, wire.Server.State));
        Assert.Equal(SendOutcome.Unknown, wire.Client.Send(DeliveryMethod.Unreliable, 0, [1]));
    }

    [Fact]
    public void A_forged_peer_not_found_ends_nothing_while_the_server_talks()
    {
        var wire = TestWire.Connected(Dialect.V2, NetworkConditions.Perfect);
        byte forged = Packet.Header(Dialect.V2, PacketKind.PeerNotFound, 0);
        wire.Client.Receive([forged], wire.Now);
        wire.Client.Receive([forged, 1], wire.Now);
        wire.Server!.Receive([forged, 1], wire.Now);
        Assert.Null(wire.ClientEnd.Ended);
        Assert.Null(wire.ServerEnd.Ended);

        // Nobody has been asked anything since: silence alone is no reason to believe it, until the client's own ping finds no answer.
        long later = wire.Now + Limits.PeerNotFoundSilenceMicroseconds + 1_000_000;
        wire.Client.Receive([forged, 1], later);
        Assert.Null(wire.ClientEnd.Ended);
        wire.Client.Update(later + Limits.PingSoonMicroseconds);
        wire.Client.Receive([forged, 1], later + Limits.PeerNotFoundUnansweredMicroseconds);
        Assert.Null(wire.ClientEnd.Ended);
        wire.Client.Receive([forged, 1], later + (2 * Limits.PeerNotFoundUnansweredMicroseconds));
        Assert.Equal(DisconnectReason.PeerNotFound, wire.ClientEnd.Ended);
    }

    [Fact]
    public void Packets_of_another_connection_number_are_dropped()
    {
        var wire = TestWire.Connected(Dialect.V2, NetworkConditions.Perfect);
        wire.Server!.Receive([Packet.Header(Dialect.V2, PacketKind.Unreliable, 2), 42], wire.Now);
        Assert.Empty(wire.ServerEnd.Messages);
        wire.Server.Receive([Packet.Header(Dialect.V2, PacketKind.Unreliable, 3), 42], wire.Now);
        Assert.Equal([42], Assert.Single(wire.ServerEnd.Messages).Payload);
    }
}
