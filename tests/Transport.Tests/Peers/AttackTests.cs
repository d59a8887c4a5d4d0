using System.Buffers.Binary;
using System.Net;
using RealtimeServer.Foundation;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

/// <summary>What the wire lets anybody try against a server, tried. Those against a connection's channels stand beside its own tests, too.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class AttackTests
{
    private static readonly PeerAddress Player = TestServer.Address(1);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Whatever_a_forged_address_seems_to_send_it_gets_no_more_bytes_than_that(bool demandCookie, bool hearUnconnected)
    {
        var server = new TestServer(1_024, options => options with { DemandCookie = demandCookie, HearUnconnected = hearUnconnected })
        {
            UnconnectedAnswer = new byte[2_000],
        };
        server.Enter(Player, Dialect.V2, 5);
        long now = 0;
        int port = 10_000;
        foreach (byte[] datagram in Datagrams())
        {
            PeerAddress victim = TestServer.Address(port++ % 50_000 + 10_000, (byte)(2 + (port / 50_000)));
            server.Sent.Clear();
            int received = 0;
            for (int times = 0; times < 3; times++)
            {
                received += datagram.Length;
                server.Core.Receive(victim, datagram, now);
                now += 20_000;
                server.Core.Update(now);
                Within(server, victim, received, datagram);
            }

            // Nor later, until all has been given up.
            for (int later = 0; later < 3; later++)
            {
                now += 300_000;
                server.Core.Update(now);
            }

            Within(server, victim, received, datagram);
        }
    }

    /// <summary>One forged datagram makes each of two servers take the other for a client; each must stop by itself.</summary>
    [Fact]
    public void Two_servers_set_upon_each_other_fall_silent()
    {
        var first = new TestServer(1_024, options => options with { HearUnconnected = true });
        var second = new TestServer(1_024, options => options with { HearUnconnected = true, SecretKey = [.. Enumerable.Repeat((byte)9, Secret.KeyBytes)] });
        first.UnconnectedAnswer = second.UnconnectedAnswer = new byte[100];
        PeerAddress firstAddress = TestServer.Address(1);
        PeerAddress secondAddress = TestServer.Address(2);
        var toFirst = new Queue<byte[]>();
        var toSecond = new Queue<byte[]>();
        first.Heard = (_, datagram) => toSecond.Enqueue(datagram);
        second.Heard = (_, datagram) => toFirst.Enqueue(datagram);
        first.Records = second.Records = false;
        long now = 0;
        foreach (byte[] datagram in Datagrams())
        {
            // Long enough apart that the limits of answers do not hide a loop.
            now += 100_000;
            toFirst.Enqueue(datagram);
            int carried = 0;
            while ((toFirst.Count > 0 || toSecond.Count > 0) && carried < 200)
            {
                now += 100;
                carried++;
                if (toFirst.TryDequeue(out byte[]? arrived))
                {
                    first.Core.Receive(secondAddress, arrived, now);
                }

                if (toSecond.TryDequeue(out arrived))
                {
                    second.Core.Receive(firstAddress, arrived, now);
                }

                first.Core.Update(now);
                second.Core.Update(now);
            }

            Assert.True(carried < 20, $"{carried} datagrams and no end after {Convert.ToHexString(datagram.AsSpan(0, Math.Min(20, datagram.Length)))}");
        }

        Assert.Empty(first.Entered);
        Assert.Empty(second.Entered);
    }

    [Fact]
    public void A_flood_of_forged_requests_leaves_nothing_behind_and_the_players_play_on()
    {
        const int Flood = 100_000;
        const int Players = 200;
        var server = new TestServer(1_024) { Records = true };
        int[] numbers = new int[Players];
        for (int i = 0; i < Players; i++)
        {
            numbers[i] = server.Enter(TestServer.Address(1 + i, 2), Dialect.V2, 5);
        }

        byte[] request = TestServer.Request(Dialect.V2, long.MaxValue, "forged");
        var random = new DeterministicRandom(3);
        server.Core.Update(1_000);
        server.Sent.Clear();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        server.Records = false;
        int heard = 0;
        server.Messages.Capacity = Players * 40;
        long sentBefore = server.BytesSent;
        long now = 1_000;
        for (int i = 0; i < Flood; i++)
        {
            now += 10;
            server.Core.Receive(Anybody(ref random), request, now);

            // Each player thirty times in that second.
            if (i % 16 == 0)
            {
                int player = heard++ % Players;
                byte[] message = [Packet.Header(Dialect.V2, PacketKind.Unreliable, numbers[player]), 1];
                server.Core.Receive(TestServer.Address(1 + player, 2), message, now);
            }

            if (i % 100 == 0)
            {
                server.Core.Update(now);
            }
        }

        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < 1024 * 1024, $"grew by {grown} bytes");
        Assert.Empty(server.Left);
        Assert.Equal(Players, server.Core.ConnectionCount);
        Assert.Equal(0, server.Core.Statistics.Handshakes);
        Assert.True(server.BytesSent - sentBefore < (long)Flood * request.Length / 10);
        foreach (ConnectionId id in server.Entered)
        {
            Assert.True(server.Core.TryGetStatistics(id, out ConnectionStatistics statistics));
            Assert.True(statistics.DatagramsReceived >= heard / Players);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_player_gets_in_through_a_flood_even_one_forged_from_its_own_network(bool fromItsNetwork)
    {
        var server = new TestServer(64) { Records = true };
        byte[] request = TestServer.Request(Dialect.V2, 5, "key");
        byte[] forged = TestServer.Request(Dialect.V2, 5, "forged");
        var random = new DeterministicRandom(5);
        int entered = 0;
        long now = 0;
        for (int player = 0; player < 20; player++)
        {
            PeerAddress address = TestServer.Address(100 + player, 77);

            // As a stock client asks: every half second, eleven times; in between 140,000 forged requests a second, and somewhere among them its own.
            for (int attempt = 0; attempt < 11 && entered == player; attempt++)
            {
                int turn = random.Next(6_000);
                for (int i = 0; i < 6_000; i++)
                {
                    now += 7;
                    PeerAddress from = fromItsNetwork ? TestServer.Address(1_000 + random.Next(60_000), (byte)random.Next(256)) : Anybody(ref random);
                    server.Core.Receive(i == turn ? address : from, i == turn ? request : forged, now);
                }

                if (server.Sent.Any(answer => answer.To == address))
                {
                    server.Core.Receive(address, server.PongFor(address, Dialect.V2), now);
                    entered++;
                }

                now += 450_000;
                server.Core.Update(now);
                server.Sent.Clear();
            }
        }

        Assert.Equal(20, entered);
        Assert.True(server.Core.Statistics.Throttled > 0);
    }

    [Fact]
    public void A_forged_reconnect_however_new_it_claims_to_be_drops_nobody()
    {
        var server = new TestServer();
        int number = server.Enter(Player, Dialect.V1, 5);
        for (int i = 0; i < 100; i++)
        {
            server.Core.Receive(Player, TestServer.Request(Dialect.V1, long.MaxValue - i, "forged"), i * 1_000);
            server.Core.Receive(Player, TestServer.Request(Dialect.V2, long.MaxValue - i, "key"), i * 1_000);
        }

        server.Core.Receive(Player, [Packet.Header(Dialect.V1, PacketKind.Unreliable, number), 7], 100_000);
        server.Core.Update(3_000_000);
        Assert.Empty(server.Left);
        Assert.Single(server.Messages);
        Assert.Equal(0, server.Core.Statistics.Handshakes);
    }

    [Fact]
    public void Forged_goodbyes_and_refusals_from_a_players_address_do_nothing_without_its_connect_time_and_number()
    {
        var server = new TestServer();
        int number = server.Enter(Player, Dialect.V2, 5);
        server.Sent.Clear();
        server.Core.Receive(Player, TestServer.Goodbye(Dialect.V2, 5, (number + 1) & 3), 1);
        server.Core.Receive(Player, TestServer.Goodbye(Dialect.V2, 6, number), 1);
        server.Core.Receive(Player, [15, 1], 1);
        server.Core.Receive(Player, [15], 1);
        server.Core.Receive(Player, [16], 1);
        server.Core.Receive(Player, [(byte)(14 | (number << 5))], 1);
        Assert.Empty(server.Left);
        Assert.Empty(server.Sent);
        Assert.Equal(1, server.Core.ConnectionCount);
    }

    [Fact]
    public void Goodbyes_of_strangers_are_acknowledged_in_one_byte_and_not_too_often()
    {
        var server = new TestServer();
        byte[] goodbye = TestServer.Goodbye(Dialect.V2, TestServer.UtcTicksAtZero, 0);
        for (int i = 0; i < 10_000; i++)
        {
            server.Core.Receive(TestServer.Address(1 + i), goodbye, 0);
        }

        Assert.Equal(Limits.StrangerAnswersPerSecondMax, server.Sent.Count);
        Assert.All(server.Sent, sent => Assert.Equal([14], sent.Datagram));
    }

    [Fact]
    public void A_bomb_of_fragments_that_claim_a_huge_message_holds_little_and_ends_its_sender()
    {
        var server = new TestServer();
        int number = server.Enter(Player, Dialect.V1, 5);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (ushort i = 0; i < 64; i++)
        {
            byte[] fragment = new byte[11];
            fragment[0] = (byte)(Packet.Header(Dialect.V1, PacketKind.Channeled, number) | Packet.FragmentedBit);
            BinaryPrimitives.WriteUInt16LittleEndian(fragment.AsSpan(1), i);
            fragment[3] = 2;
            BinaryPrimitives.WriteUInt16LittleEndian(fragment.AsSpan(4), i);
            BinaryPrimitives.WriteUInt16LittleEndian(fragment.AsSpan(8), ushort.MaxValue);
            server.Core.Receive(Player, fragment, 1);
            server.Core.Update(1);
        }

        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 256 * 1024);
        Assert.Equal(DisconnectReason.ProtocolViolation, Assert.Single(server.Left).Reason);
    }

    private static void Within(TestServer server, PeerAddress victim, int received, byte[] datagram)
    {
        int sent = server.Sent.Where(answer => answer.To == victim).Sum(answer => answer.Datagram.Length);
        Assert.True(sent <= received, $"{sent} bytes for {received} of {Convert.ToHexString(datagram.AsSpan(0, Math.Min(20, datagram.Length)))}");
    }

    /// <summary>Every kind under every number, in many lengths, empty and plausible.</summary>
    private static IEnumerable<byte[]> Datagrams()
    {
        int[] lengths = [1, 2, 3, 4, 9, 11, 13, 15, 18, 34, 100, 1_024, 1_432];
        for (int header = 0; header < 256; header++)
        {
            foreach (int length in lengths)
            {
                byte[] datagram = new byte[length];
                datagram[0] = (byte)header;
                yield return datagram;
                if (length >= 9)
                {
                    byte[] timed = [.. datagram];
                    BinaryPrimitives.WriteInt64LittleEndian(timed.AsSpan(1), TestServer.UtcTicksAtZero);
                    yield return timed;
                }

                if (length >= 1_024)
                {
                    byte[] check = new byte[length];
                    MtuProbe.Write(check, Dialect.V2, 0, []);
                    check[0] = (byte)header;
                    yield return check;
                }
            }
        }

        foreach (Dialect dialect in (Dialect[])[Dialect.V1, Dialect.V2])
        {
            foreach (string key in (string[])["key", "no", "long", "wait"])
            {
                yield return TestServer.Request(dialect, TestServer.UtcTicksAtZero, key);
                byte[] old = TestServer.Request(dialect, TestServer.UtcTicksAtZero, key);
                old[1] = 11;
                yield return old;
            }
        }
    }

    private static PeerAddress Anybody(ref DeterministicRandom random) =>
        PeerAddress.Of(new IPEndPoint(new IPAddress((long)(random.NextUInt() | 1)), 1 + random.Next(65_535)));
}
