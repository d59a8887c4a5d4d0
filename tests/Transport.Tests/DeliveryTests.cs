using System.Buffers.Binary;
using RealtimeServer.Foundation;
using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

public sealed class DeliveryTests
{
    private static readonly NetworkConditions Storm = NetworkConditions.Parse("55ms±35 20% dup 10%");

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(2, 3)]
    public void Reliable_messages_survive_loss_duplication_and_reordering(int dialect, ulong seed)
    {
        var wire = TestWire.Connected((Dialect)dialect, Storm, seed);
        const int Count = 1_000;
        int sent = 0;
        bool arrived = wire.RunUntil(
            () =>
            {
                for (int burst = 0; burst < 10 && sent < Count && wire.Client.Send(DeliveryMethod.ReliableOrdered, 0, Number(sent)) == SendOutcome.Sent; burst++)
                {
                    Assert.Equal(SendOutcome.Sent, wire.Server!.Send(DeliveryMethod.ReliableUnordered, 2, Number(sent)));
                    sent++;
                }

                return wire.ServerEnd.Messages.Count >= Count && wire.ClientEnd.Messages.Count >= Count;
            },
            60_000_000);
        Assert.True(arrived, $"after a minute {wire.ServerEnd.Messages.Count} and {wire.ClientEnd.Messages.Count} of {Count} had arrived");
        wire.Run(3_000_000);
        Assert.Equal(Enumerable.Range(0, Count), wire.ServerEnd.Messages.Select(message => BinaryPrimitives.ReadInt32LittleEndian(message.Payload)));
        Assert.Equal(Enumerable.Range(0, Count), wire.ClientEnd.Messages.Select(message => BinaryPrimitives.ReadInt32LittleEndian(message.Payload)).Order());
        Assert.All(wire.ClientEnd.Messages, message => Assert.Equal((DeliveryMethod.ReliableUnordered, (byte)2), (message.Method, message.Channel)));
        Assert.Equal(0, wire.Client.Statistics.PacketsPending);
        Assert.InRange(wire.Client.Statistics.Loss, 0.001, 0.7);
    }

    [Fact]
    public void Sequences_wrap_without_losing_a_message()
    {
        var wire = TestWire.Connected(Dialect.V2, NetworkConditions.Parse("2.5ms±1.5 2%"));
        const int Count = Sequence.Count + 5_000;
        int sent = 0;
        bool arrived = wire.RunUntil(
            () =>
            {
                while (sent < Count && wire.Client.Statistics.PacketsPending < 60)
                {
                    Assert.Equal(SendOutcome.Sent, wire.Client.Send(DeliveryMethod.ReliableOrdered, 0, Number(sent)));
                    wire.Client.Send(DeliveryMethod.Sequenced, 0, Number(sent++));
                }

                return wire.ServerEnd.Messages.Count(message => message.Method == DeliveryMethod.ReliableOrdered) == Count;
            },
            200_000_000);
        Assert.True(arrived);
        int reliable = 0;
        int newest = -1;
        foreach ((byte[] payload, DeliveryMethod method, _) in wire.ServerEnd.Messages)
        {
            int number = BinaryPrimitives.ReadInt32LittleEndian(payload);
            if (method == DeliveryMethod.ReliableOrdered)
            {
                Assert.Equal(reliable++, number);
            }
            else
            {
                Assert.True(number > newest, $"{number} came after {newest}");
                newest = number;
            }
        }

        Assert.True(newest > Count - 100);
    }

    [Theory]
    [InlineData(DeliveryMethod.Sequenced)]
    [InlineData(DeliveryMethod.ReliableSequenced)]
    public void Sequenced_messages_never_go_back(DeliveryMethod method)
    {
        var wire = TestWire.Connected(Dialect.V2, Storm, 5);
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal(SendOutcome.Sent, wire.Client.Send(method, 1, Number(i)));
            wire.Step();
        }

        wire.Run(10_000_000);
        int[] numbers = [.. wire.ServerEnd.Messages.Select(message => BinaryPrimitives.ReadInt32LittleEndian(message.Payload))];
        Assert.True(numbers.Length > 50);
        Assert.Equal(numbers.Distinct().Order(), numbers);
        if (method == DeliveryMethod.ReliableSequenced)
        {
            Assert.Equal(499, numbers[^1]);
        }
    }

    [Theory]
    [InlineData(1_020)]
    [InlineData(1_021)]
    [InlineData(5_000)]
    [InlineData(Limits.MessageBytesMax)]
    public void Large_messages_arrive_whole_through_a_storm(int bytes)
    {
        var wire = TestWire.Connected(Dialect.V1, Storm, (ulong)bytes);
        var random = new DeterministicRandom(9);
        byte[] message = new byte[bytes];
        for (int i = 0; i < bytes; i++)
        {
            message[i] = (byte)random.NextUInt();
        }

        Assert.Equal(SendOutcome.Sent, wire.Client.Send(DeliveryMethod.ReliableOrdered, 0, message));
        Assert.Equal(SendOutcome.Sent, wire.Client.Send(DeliveryMethod.ReliableOrdered, 0, Number(1)));
        Assert.True(wire.RunUntil(() => wire.ServerEnd.Messages.Count == 2, 60_000_000));
        Assert.Equal(message, wire.ServerEnd.Messages[0].Payload);
        Assert.Equal(4, wire.ServerEnd.Messages[1].Payload.Length);
        Assert.True(wire.LargestDatagram <= Limits.DatagramBytesMax);
    }

    [Fact]
    public void Too_large_and_too_many_messages_are_refused()
    {
        var wire = TestWire.Connected(Dialect.V2, NetworkConditions.Parse("100%"));
        Assert.Equal(SendOutcome.TooLarge, wire.Client.Send(DeliveryMethod.Unreliable, 0, new byte[wire.Client.UnreliableBytesMax + 1]));
        Assert.Equal(SendOutcome.TooLarge, wire.Client.Send(DeliveryMethod.Sequenced, 0, new byte[Limits.DatagramBytesMax - 3]));
        Assert.Equal(SendOutcome.TooLarge, wire.Client.Send(DeliveryMethod.ReliableSequenced, 0, new byte[Limits.ChannelBytesMax + 1]));
        Assert.Equal(SendOutcome.TooLarge, wire.Client.Send(DeliveryMethod.ReliableOrdered, 0, new byte[Limits.MessageBytesMax + 1]));
        int taken = 0;
        while (wire.Client.Send(DeliveryMethod.ReliableOrdered, 0, new byte[10]) == SendOutcome.Sent)
        {
            taken++;
            wire.Client.Update(wire.Now);
            Assert.True(wire.Client.Statistics.QueuedBytes <= ConnectionSettings.Default.QueuedBytesMax, "the queue has no bound");
        }

        Assert.InRange(taken, 1_000, 100_000);
        Assert.False(wire.Client.CanSend(DeliveryMethod.ReliableOrdered, 0, 10));
    }

    [Fact]
    public void Round_trips_are_measured()
    {
        var wire = TestWire.Connected(Dialect.V2, NetworkConditions.Parse("50ms"));
        wire.Run(10_000_000);
        Assert.InRange(wire.Client.Statistics.RttMs, 95, 120);
        Assert.InRange(wire.Server!.Statistics.RttMs, 95, 120);
        Assert.Equal(0, wire.Client.Statistics.Resends);
    }

    private static byte[] Number(int value)
    {
        byte[] payload = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(payload, value);
        return payload;
    }
}
