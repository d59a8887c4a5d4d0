using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport;

/// <summary>The same tests on both kinds of socket; where the machine has no batches, both are the portable one.</summary>
public sealed class DatagramSocketTests
{
    private const int WaitMicroseconds = 5_000_000;

    public static TheoryData<bool, bool> Pairs => new() { { true, true }, { true, false }, { false, true }, { false, false } };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Datagrams_of_every_size_arrive_whole_with_their_sender(bool portableSender, bool portableReceiver)
    {
        using IDatagramSocket sender = Open(portableSender);
        using IDatagramSocket receiver = Open(portableReceiver);
        PeerAddress to = PeerAddress.Of(receiver.LocalEndPoint);
        int[] sizes = [0, 1, 2, 64, 1023, 1024, 1431, 1432, 1500, 9000, 64_000];
        foreach (int size in sizes)
        {
            sender.Send(in to, Bytes(size, size));
        }

        sender.Flush();
        List<(PeerAddress From, byte[] Data)> got = ReceiveAll(receiver, sizes.Length);
        Assert.Equal(sizes.Select(size => Convert.ToHexString(Bytes(size, size))), got.Select(datagram => Convert.ToHexString(datagram.Data)));
        Assert.All(got, datagram => Assert.Equal(sender.LocalEndPoint, datagram.From.ToEndPoint()));
        Assert.Equal(sizes.Length, sender.Counts.Sent);
        Assert.Equal(sizes.Sum(), sender.Counts.BytesSent);
        Assert.Equal(0, sender.Counts.Failed);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Bursts_to_several_peers_keep_their_borders_and_their_order(bool portableSender, bool portableReceiver)
    {
        using IDatagramSocket sender = Open(portableSender);
        using IDatagramSocket first = Open(portableReceiver);
        using IDatagramSocket second = Open(portableReceiver);
        PeerAddress[] to = [PeerAddress.Of(first.LocalEndPoint), PeerAddress.Of(second.LocalEndPoint)];
        var random = new Foundation.DeterministicRandom(7);
        List<byte[]>[] sent = [[], []];
        for (int i = 0; i < 600; i++)
        {
            // Runs to one peer, mostly of one size: what offload joins, and what it must not.
            int peer = i / 20 % 2;
            int size = i % 7 == 6 ? random.Next(1, 1432) : 200;
            byte[] data = Bytes(size, i);
            sent[peer].Add(data);
            sender.Send(in to[peer], data);
            if (i % 50 == 49)
            {
                sender.Flush();
            }
        }

        Assert.Equal(sent[0], ReceiveAll(first, sent[0].Count).Select(datagram => datagram.Data));
        Assert.Equal(sent[1], ReceiveAll(second, sent[1].Count).Select(datagram => datagram.Data));
        if (!portableSender && DatagramSocket.HasBatches)
        {
            Assert.InRange(sender.Counts.Calls, 1, 600 / 10);
            Assert.InRange(sender.Counts.Cut, 500, 600);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_cannot_be_sent_is_counted_and_keeps_nothing_else_back(bool portable)
    {
        using IDatagramSocket sender = Open(portable);
        using IDatagramSocket receiver = Open(portable);
        PeerAddress to = PeerAddress.Of(receiver.LocalEndPoint);
        PeerAddress nowhere = PeerAddress.Of(new IPEndPoint(IPAddress.Loopback, 0));
        sender.Send(in to, [1]);
        sender.Send(in nowhere, [2]);
        sender.Send(in to, new byte[65_520]);
        sender.Send(in to, [3]);
        sender.Flush();
        Assert.Equal([[1], [3]], ReceiveAll(receiver, 2).Select(datagram => datagram.Data));
        Assert.Equal(2, sender.Counts.Failed);
        Assert.Equal(2, sender.Counts.Sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_port_nobody_listens_on_does_not_disturb_the_socket(bool portable)
    {
        using IDatagramSocket socket = Open(portable);
        IPEndPoint closed;
        using (IDatagramSocket gone = Open(portable))
        {
            closed = gone.LocalEndPoint;
        }

        PeerAddress to = PeerAddress.Of(closed);
        PeerAddress self = PeerAddress.Of(socket.LocalEndPoint);
        for (byte i = 0; i < 5; i++)
        {
            socket.Send(in to, [0]);
            socket.Send(in self, [i]);
            socket.Flush();
        }

        Assert.Equal([0, 1, 2, 3, 4], ReceiveAll(socket, 5).Select(datagram => (int)datagram.Data[0]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_wait_ends_when_it_is_woken(bool portable)
    {
        using IDatagramSocket socket = Open(portable);
        socket.Wake();
        Assert.True(socket.Wait(WaitMicroseconds));
        Assert.False(socket.Wait(1));
        Assert.Equal(0, socket.Receive());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void IPv6_and_dual_stack_sockets_carry_datagrams(bool portable)
    {
        using IDatagramSocket dual = DatagramSocket.Open(new DatagramSocketOptions(new IPEndPoint(IPAddress.IPv6Any, 0), 1 << 20, portable));
        using IDatagramSocket six = DatagramSocket.Open(new DatagramSocketOptions(new IPEndPoint(IPAddress.IPv6Loopback, 0), 1 << 20, portable));
        using IDatagramSocket four = Open(portable);
        PeerAddress toSix = PeerAddress.Of(new IPEndPoint(IPAddress.IPv6Loopback, dual.LocalEndPoint.Port));
        PeerAddress toFour = PeerAddress.Of(new IPEndPoint(IPAddress.Loopback, dual.LocalEndPoint.Port));
        six.Send(in toSix, [6]);
        six.Flush();
        (PeerAddress From, byte[] Data) got = Assert.Single(ReceiveAll(dual, 1));
        Assert.Equal(six.LocalEndPoint, got.From.ToEndPoint());
        four.Send(in toFour, [4]);
        four.Flush();
        got = Assert.Single(ReceiveAll(dual, 1));
        PeerAddress back = got.From;
        dual.Send(in back, [44]);
        dual.Flush();
        Assert.Equal([44], Assert.Single(ReceiveAll(four, 1)).Data);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sending_and_receiving_allocate_nothing(bool portable)
    {
        using IDatagramSocket sender = Open(portable);
        using IDatagramSocket receiver = Open(portable);
        PeerAddress to = PeerAddress.Of(receiver.LocalEndPoint);
        byte[] data = new byte[64];
        long allocated = 0;
        for (int round = 0; round < 20; round++)
        {
            if (round == 10)
            {
                allocated = GC.GetAllocatedBytesForCurrentThread();
            }

            for (int i = 0; i < 100; i++)
            {
                sender.Send(in to, data);
            }

            sender.Flush();
            for (int got = 0; got < 100;)
            {
                receiver.Wait(WaitMicroseconds);
                int count = receiver.Receive();
                for (int i = 0; i < count; i++)
                {
                    got += receiver.Datagram(i, out _).Length == 64 ? 1 : 0;
                }
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    /// <summary>Without checksums the kernel refuses to cut a message, as it does where a device cannot: each datagram must leave by itself.</summary>
    [Fact]
    public void Datagrams_arrive_where_the_system_refuses_to_cut_messages()
    {
        if (!DatagramSocket.HasBatches)
        {
            return;
        }

        const int NoChecksums = 11;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        LinuxSocket.Prepare(socket, shared: false);
        socket.SetRawSocketOption(LinuxCalls.SocketLevel, NoChecksums, BitConverter.GetBytes(1));
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var sender = new LinuxSocket(socket);
        using IDatagramSocket first = Open(portable: false);
        using IDatagramSocket second = Open(portable: false);
        PeerAddress[] to = [PeerAddress.Of(first.LocalEndPoint), PeerAddress.Of(second.LocalEndPoint)];
        for (int i = 0; i < 60; i++)
        {
            // Ten that could be one message, the last of them shorter, then another peer's.
            sender.Send(in to[i / 10 % 2], Bytes(i % 10 == 9 ? 50 : 300, i));
        }

        sender.Flush();
        Assert.Equal((60, 0), (sender.Counts.Sent, sender.Counts.Failed));
        Assert.True(sender.Counts.Calls >= 60, $"{sender.Counts.Calls} calls: nothing was refused");
        foreach ((IDatagramSocket receiver, int begin) in new[] { (first, 0), (second, 10) })
        {
            int[] numbers = [.. Enumerable.Range(0, 60).Where(i => i / 10 % 2 == begin / 10)];
            Assert.Equal(
                numbers.Select(i => Convert.ToHexString(Bytes(i % 10 == 9 ? 50 : 300, i))),
                ReceiveAll(receiver, numbers.Length).Select(datagram => Convert.ToHexString(datagram.Data)));
        }
    }

    [Fact]
    public void Structures_have_the_layout_of_the_kernel()
    {
        Assert.Equal(64, Unsafe.SizeOf<LinuxCalls.MessageEntry>());
        Assert.Equal(56, (int)Marshal.OffsetOf<LinuxCalls.MessageEntry>(nameof(LinuxCalls.MessageEntry.Length)));
        Assert.Equal(48, (int)Marshal.OffsetOf<LinuxCalls.MessageEntry>(nameof(LinuxCalls.MessageEntry.Flags)));
        Assert.Equal(32, (int)Marshal.OffsetOf<LinuxCalls.MessageEntry>(nameof(LinuxCalls.MessageEntry.Control)));
        Assert.Equal(16, Unsafe.SizeOf<LinuxCalls.Vector>());
        Assert.Equal(24, Unsafe.SizeOf<LinuxCalls.ControlMessage>());
        Assert.Equal(16, (int)Marshal.OffsetOf<LinuxCalls.ControlMessage>(nameof(LinuxCalls.ControlMessage.Value)));
        Assert.Equal(8, Unsafe.SizeOf<LinuxCalls.PollEntry>());
        Assert.Equal(16, Unsafe.SizeOf<LinuxCalls.TimeSpec>());
    }

    private static IDatagramSocket Open(bool portable) =>
        DatagramSocket.Open(new DatagramSocketOptions(new IPEndPoint(IPAddress.Loopback, 0), 4 << 20, portable));

    private static byte[] Bytes(int size, int seed)
    {
        byte[] data = new byte[size];
        for (int i = 0; i < size; i++)
        {
            data[i] = (byte)((i * 31) + seed);
        }

        if (size >= 4)
        {
            BinaryPrimitives.WriteInt32LittleEndian(data, seed);
        }

        return data;
    }

    private static List<(PeerAddress From, byte[] Data)> ReceiveAll(IDatagramSocket socket, int expected)
    {
        List<(PeerAddress, byte[])> got = [];
        for (int round = 0; round < 10_000 && got.Count < expected; round++)
        {
            socket.Wait(WaitMicroseconds / 1_000);
            int count = socket.Receive();
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> data = socket.Datagram(i, out PeerAddress from);
                got.Add((from, data.ToArray()));
            }
        }

        return got;
    }
}
