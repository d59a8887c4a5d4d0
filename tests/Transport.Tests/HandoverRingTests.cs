using System.Buffers.Binary;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport;

public sealed class HandoverRingTests
{
    [Fact]
    public void Records_come_out_as_they_went_in_round_after_round()
    {
        var ring = new HandoverRing(1024, 64);
        var random = new Foundation.DeterministicRandom(3);
        int added = 0;
        int taken = 0;
        for (int step = 0; step < 20_000; step++)
        {
            byte[] payload = Payload(added);
            if (random.Next(0, 2) == 0)
            {
                added += ring.TryAdd(new Handover(HandoverKind.Message, (ulong)added, (DeliveryMethod)(added % 5), (byte)added), payload) ? 1 : 0;
            }
            else if (ring.TryPeek(out Handover handover, out ReadOnlySpan<byte> got))
            {
                Assert.Equal(new Handover(HandoverKind.Message, (ulong)taken, (DeliveryMethod)(taken % 5), (byte)taken), handover);
                Assert.Equal(Payload(taken), got.ToArray());
                ring.Release();
                taken++;
            }
            else
            {
                Assert.Equal(added, taken);
                Assert.True(ring.IsEmpty);
            }
        }

        Assert.True(taken > 5_000);
    }

    [Fact]
    public void A_full_ring_refuses_messages_and_still_takes_goodbyes()
    {
        var ring = new HandoverRing(1024, 128);
        int messages = 0;
        while (ring.TryAdd(new Handover(HandoverKind.Message, 1), new byte[48]))
        {
            messages++;
        }

        Assert.Equal((1024 - 128) / 64, messages);
        Assert.True(ring.TryAdd(new Handover(HandoverKind.Disconnect, 1), new byte[48]));
        Assert.True(ring.TryAdd(new Handover(HandoverKind.Disconnect, 2), new byte[48]));
        Assert.False(ring.TryAdd(new Handover(HandoverKind.Disconnect, 3), new byte[48]));
        Assert.False(ring.TryAdd(new Handover(HandoverKind.Message, 4), new byte[2000]));
        for (int i = 0; i < messages + 2; i++)
        {
            Assert.True(ring.TryPeek(out _, out _));
            ring.Release();
        }

        Assert.True(ring.IsEmpty);
        Assert.True(ring.TryAdd(new Handover(HandoverKind.Message, 1), new byte[48]));
    }

    [Fact]
    public void Writers_on_many_threads_lose_nothing_and_keep_their_own_order()
    {
        const int Writers = 4;
        const int Each = 50_000;
        var ring = new HandoverRing(1 << 14, 0);
        Thread[] threads = [.. Enumerable.Range(0, Writers).Select(writer => new Thread(() =>
        {
            byte[] payload = new byte[4 + (writer * 13)];
            for (int i = 0; i < Each;)
            {
                BinaryPrimitives.WriteInt32LittleEndian(payload, i);
                if (ring.TryAdd(new Handover(HandoverKind.Message, (ulong)writer), payload))
                {
                    i++;
                }
                else
                {
                    Thread.Yield();
                }
            }
        }))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        int[] next = new int[Writers];
        int count = 0;
        while (count < Writers * Each)
        {
            if (!ring.TryPeek(out Handover handover, out ReadOnlySpan<byte> payload))
            {
                Thread.Yield();
                continue;
            }

            int writer = (int)handover.Target;
            Assert.Equal(4 + (writer * 13), payload.Length);
            Assert.Equal(next[writer]++, BinaryPrimitives.ReadInt32LittleEndian(payload));
            ring.Release();
            count++;
        }

        Assert.All(next, sent => Assert.Equal(Each, sent));
        Assert.True(ring.IsEmpty);
    }

    private static byte[] Payload(int number) => [.. Enumerable.Range(number, number % 90).Select(value => (byte)value)];
}
