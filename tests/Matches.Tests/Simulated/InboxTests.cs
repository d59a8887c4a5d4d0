using System.Buffers.Binary;
using RealtimeServer.Matches.Harness;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Matches.Simulated;

public sealed class InboxTests
{
    private static readonly byte[] Small = [1, 2, 3, 4];

    private readonly Inbox _inbox = new();

    [Fact]
    public void Eight_producers_lose_nothing_and_keep_their_order()
    {
        const int producers = 8;
        const int each = 20_000;
        SimulatedMember[] members = [.. Enumerable.Range(0, producers).Select(static _ => NewMember())];
        Thread[] threads = [.. members.Select((member, p) => new Thread(() => Produce(member, p)))];
        Array.ForEach(threads, static t => t.Start());

        int[] next = new int[producers];
        int leaves = 0;
        while (next.Sum() < producers * each || leaves < producers)
        {
            Inbox.Batch batch = _inbox.Take();
            foreach (ref readonly InboxEntry entry in batch.Entries)
            {
                if (entry.Kind == InboxKind.Leave)
                {
                    leaves++;
                    continue;
                }

                ReadOnlySpan<byte> data = batch.Data(entry);
                int producer = Array.IndexOf(members, entry.Subject);
                Assert.Equal(producer, (int)entry.OpCode);
                Assert.Equal(next[producer]++, BinaryPrimitives.ReadInt32LittleEndian(data));
                Assert.Equal(-1, data[4..].IndexOfAnyExcept((byte)producer));
            }
        }

        Array.ForEach(threads, static t => t.Join());
        Assert.Equal(0, _inbox.Take().Entries.Length);

        void Produce(SimulatedMember member, int producer)
        {
            byte[] data = new byte[64];
            Array.Fill(data, (byte)producer);
            for (int i = 0; i < each; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(data, i);
                while (_inbox.PostData(member, producer, data.AsSpan(0, 4 + (i % 60))) != SendOutcome.Sent)
                {
                    Thread.Yield();
                }
            }

            Assert.True(_inbox.Post(InboxKind.Leave, null, member.Presence.SessionId));
        }
    }

    [Fact]
    public void One_member_gets_no_more_than_its_share()
    {
        SimulatedMember flooder = NewMember();
        int taken = 0;
        for (int i = 0; i < 1_000; i++)
        {
            taken += _inbox.PostData(flooder, 1, Small) == SendOutcome.Sent ? 1 : 0;
        }

        Assert.Equal(Limits.InboxMessagesPerMemberMax, taken);
        Assert.Equal(SendOutcome.Sent, _inbox.PostData(NewMember(), 1, Small));
        _inbox.Take();
        Assert.Equal(SendOutcome.Sent, _inbox.PostData(flooder, 1, Small));
    }

    [Fact]
    public void Joins_and_leaves_find_room_when_data_does_not()
    {
        while (_inbox.PostData(NewMember(), 1, Small) == SendOutcome.Sent)
        {
        }

        for (int i = 0; i < 100; i++)
        {
            Assert.True(_inbox.Post(InboxKind.Leave, null, Guid.NewGuid()));
        }

        Assert.Equal(Limits.InboxMessagesMax + 100, _inbox.Take().Entries.Length);
    }

    [Fact]
    public void Bytes_are_bounded_too()
    {
        byte[] large = new byte[Limits.DataBytesMax];
        int taken = 0;
        while (_inbox.PostData(NewMember(), 1, large) == SendOutcome.Sent)
        {
            taken++;
        }

        Assert.Equal(Limits.InboxBytesMax / Limits.DataBytesMax, taken);
    }

    [Fact]
    public void A_closed_inbox_refuses_and_has_answered_all_that_waited()
    {
        JoinRequest taken = new(new CountingMember());
        JoinRequest waiting = new(new CountingMember());
        MatchCall<int> call = new(static _ => 1);
        _inbox.Post(InboxKind.Join, taken);
        _inbox.Take();
        _inbox.Post(InboxKind.Join, waiting);
        _inbox.Post(InboxKind.Call, call);
        _inbox.Close(JoinOutcome.NotFound, new InvalidOperationException("over"));

        Assert.Equal(JoinStatus.NotFound, taken.Outcome.Now().Status);
        Assert.Equal(JoinStatus.NotFound, waiting.Outcome.Now().Status);
        Assert.True(call.Result.IsFaulted);
        Assert.False(_inbox.Post(InboxKind.Leave, null, Guid.NewGuid()));
        Assert.Equal(SendOutcome.NotFound, _inbox.PostData(NewMember(), 1, Small));
    }

    [Fact]
    public void Nothing_is_allocated_once_the_buffers_have_grown()
    {
        SimulatedMember member = NewMember();
        long allocated = 0;
        for (int round = 0; round < 6; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Limits.InboxMessagesPerMemberMax; i++)
            {
                _inbox.PostData(member, 1, Small);
            }

            _inbox.Take();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static SimulatedMember NewMember() => new(new CountingMember(), new PlayerId(1));
}
