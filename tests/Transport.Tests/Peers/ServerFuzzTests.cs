using System.Buffers.Binary;
using RealtimeServer.Foundation;
using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Tokens;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// Hostile datagrams that know the protocol: each of 64 clients keeps what the server told it last, so that requests, pongs, data,
/// goodbyes, cookies and address claims are made that would be honest, and then bent in a few bytes, cut, merged, or sent from elsewhere.
/// TRANSPORT_FUZZ_DATAGRAMS sets how many (10,000,000 takes a minute), TRANSPORT_FUZZ_SEED another seed.
/// </summary>
[Collection(MeasuredAlone.Name)]
public sealed class ServerFuzzTests
{
    private const int Clients = 64;
    private static readonly byte[][] Corpus = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Peers", "fuzz-corpus.txt"))
        .Where(line => line.Length > 0 && line[0] != '#').Select(line => Convert.FromHexString(line.Split(' ')[0]))];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hostile_datagrams_neither_throw_nor_grow_the_server(bool demandCookie)
    {
        long count = Setting("TRANSPORT_FUZZ_DATAGRAMS", 300_000);
        var random = new DeterministicRandom((ulong)Setting("TRANSPORT_FUZZ_SEED", 20_260_101));
        var server = new TestServer(with: options => options with { DemandCookie = demandCookie, HearUnconnected = true }) { Records = false };
        var fuzz = new Fuzz(server);
        long baseline = 0;
        for (long i = 0; i < count; i++)
        {
            fuzz.Step(ref random);
            server.Entered.Clear();
            server.States.Clear();
            server.Left.Clear();
            server.Unconnected.Clear();
            if (i == count / 4)
            {
                baseline = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        long grown = GC.GetTotalMemory(forceFullCollection: true) - baseline;
        ServerStatistics statistics = server.Core.Statistics;
        Assert.Empty(server.Faults);
        Assert.True(fuzz.Entered > count / 2_000, $"only {fuzz.Entered} of {count} ever entered: the fuzz does not reach the connections");
        Assert.True(statistics.Unproven > 0 && statistics.Rejected > 0 && statistics.AddressChanges > 0, $"not every path was taken: {statistics}");
        Assert.True(statistics.Connections + statistics.Handshakes <= 16);
        Assert.True(grown < 8 * 1024 * 1024, $"grew by {grown} bytes");

        // Nothing is left of anybody once all are silent.
        server.Core.Update(fuzz.Now + 20_000_000);
        server.Core.Update(fuzz.Now + 40_000_000);
        Assert.Equal((0, 0), (server.Core.Statistics.Connections, server.Core.Statistics.Handshakes));
        Assert.Equal(long.MaxValue, server.Core.NextDeadline);
    }

    /// <summary>
    /// Sealed clients beside those in the clear: what is sealed is bent before and behind the seal, repeated, and sent from elsewhere. What
    /// was bent behind the seal must never be heard.
    /// </summary>
    [Fact]
    public void Hostile_datagrams_inside_and_outside_of_the_seal_neither_throw_nor_pass()
    {
        long count = Setting("TRANSPORT_FUZZ_DATAGRAMS", 300_000) / 3;
        var random = new DeterministicRandom((ulong)Setting("TRANSPORT_FUZZ_SEED", 20_260_102));
        var key = new TokenKey(1, new byte[TokenKey.SecretBytes]);
        var clock = new SetTime();
        using var gate = new TokenGate([key], 1, clock);
        using var sealer = new TokenSealer(key, 1);
        var server = new TestServer(with: options => options with { Tokens = gate }) { Records = false };
        byte[] buffer = new byte[Limits.ReceiveBytesMax + 200];
        byte[] wrapped = new byte[buffer.Length + SealedLayer.TrailerBytes];
        long now = 0;
        int lives = 0;
        SealedGuest? guest = null;
        for (long i = 0; i < count; i++)
        {
            now += 1 + random.Next(3_000);
            if (guest is null || !server.Core.Knows(guest.Id))
            {
                // Its tokens must expire, or a long run fills the memory of those used.
                clock.Now = DateTimeOffset.UnixEpoch.AddMicroseconds(now);
                guest = SealedGuest.Enter(server, sealer, clock.Now, TestServer.Address(1 + (lives % 3)), now);
                lives++;
            }

            byte[] seed = Corpus[random.Next(Corpus.Length)];
            seed.CopyTo(buffer, 0);
            buffer[0] = (byte)((seed[0] & 0x9F) | (guest.Number << 5));
            if (random.NextBool(0.5f))
            {
                buffer[random.Next(seed.Length)] ^= (byte)(1 << random.Next(8));
            }

            int length = guest.Layer.Seal(buffer.AsSpan(0, seed.Length), wrapped);
            bool isBent = random.NextBool(0.3f);
            if (isBent)
            {
                wrapped[random.Next(length)] ^= (byte)(1 << random.Next(8));
            }

            PeerAddress from = TestServer.Address(1 + random.Next(5));
            server.Core.TryGetStatistics(guest.Id, out ConnectionStatistics before);
            server.Core.Receive(from, wrapped.AsSpan(0, length), now);
            if (isBent && server.Core.TryGetStatistics(guest.Id, out ConnectionStatistics after))
            {
                Assert.Equal(before.DatagramsReceived, after.DatagramsReceived);
            }

            if (random.NextBool(0.2f))
            {
                server.Core.TryGetStatistics(guest.Id, out before);
                server.Core.Receive(from, wrapped.AsSpan(0, length), now);
                Assert.True(!server.Core.TryGetStatistics(guest.Id, out ConnectionStatistics repeated) || repeated.DatagramsReceived == before.DatagramsReceived);
            }

            server.Core.Update(now);
        }

        Assert.Empty(server.Faults);
        Assert.True(lives > 1 && server.Core.Statistics.Unopened > count / 10, $"{lives} lives, {server.Core.Statistics.Unopened} unopened");
    }

    private static long Setting(string name, long otherwise) => long.TryParse(Environment.GetEnvironmentVariable(name), out long value) ? value : otherwise;

    /// <summary>The clients and what they know, and the server's datagrams to them.</summary>
    private sealed class Fuzz
    {
        private readonly TestServer _server;
        private readonly Guest[] _guests = [.. Enumerable.Range(1, Clients).Select(port => new Guest(TestServer.Address(port)))];
        private readonly Dictionary<PeerAddress, Guest> _byAddress;
        private readonly byte[] _message = new byte[3_000];
        private readonly byte[] _buffer = new byte[Limits.ReceiveBytesMax + 100];

        public Fuzz(TestServer server)
        {
            _server = server;
            _byAddress = _guests.ToDictionary(guest => guest.Address);
            server.Heard = (to, datagram) => _byAddress[to].Hear(datagram);
        }

        public long Now { get; private set; }

        public long Entered { get; private set; }

        public void Step(ref DeterministicRandom random)
        {
            Now += 1 + random.Next(random.NextBool(0.001f) ? 2_000_000 : 600);
            Guest guest = _guests[random.Next(Clients)];
            int length = Make(guest, ref random);
            if (random.NextBool(0.5f))
            {
                length = Bend(length, ref random);
            }

            // What one client knows, another may send: a forged source, or a changed address.
            Guest from = random.NextBool(0.1f) ? _guests[random.Next(Clients)] : guest;
            _server.Core.Receive(from.Address, _buffer.AsSpan(0, length), Now);
            if (random.NextBool(0.1f))
            {
                _server.Core.Update(Now);
            }

            if (random.NextBool(0.001f) && _server.Entered.Count > 0)
            {
                _server.Core.Disconnect(_server.Entered[^1], [1], Now);
            }

            foreach (ConnectionId id in _server.Entered)
            {
                Entered++;
                _server.Core.Send(id, DeliveryMethod.ReliableOrdered, 0, _message.AsSpan(0, random.Next(_message.Length)));
            }
        }

        /// <summary>An honest datagram of a client, as far as it knows.</summary>
        private int Make(Guest guest, ref DeterministicRandom random)
        {
            Dialect dialect = guest.Dialect;
            int number = guest.Number;
            Span<byte> buffer = _buffer;
            switch (random.Next(12))
            {
                case 0 or 1:
                    if (random.NextBool(0.3f))
                    {
                        guest.Restart(random.NextBool(0.5f) ? Dialect.V1 : Dialect.V2);
                    }

                    string key = random.NextBool(0.8f) ? "key" : "no";
                    return ConnectRequest.Write(buffer, guest.Dialect, guest.ConnectTime, new byte[16], ConnectData.FromString(key));
                case 2 or 3 or 4:
                    buffer[0] = Packet.Header(dialect, PacketKind.Pong, guest.PingNumber);
                    BinaryPrimitives.WriteUInt16LittleEndian(buffer[1..], guest.Ping);
                    return Packet.PongBytes;
                case 5:
                    guest.Check.CopyTo(buffer);
                    buffer[0] = Packet.Header(dialect, PacketKind.MtuOk, number);
                    return guest.Check.Length;
                case 6:
                    buffer[0] = Packet.Header(dialect, PacketKind.Disconnect, number);
                    BinaryPrimitives.WriteInt64LittleEndian(buffer[1..], guest.ConnectTime);
                    return random.NextBool(0.1f) ? Packet.DisconnectHeaderBytes : 2;
                case 7:
                    new AddressChange(guest.ConnectTime, number, guest.WireId).Write(buffer, dialect);
                    return Packet.AddressChangeBytes;
                case 8:
                    return Merge(guest, ref random);
                default:
                    byte[] seed = Corpus[random.Next(Corpus.Length)];
                    seed.CopyTo(buffer);
                    buffer[0] = (byte)((buffer[0] & 0x9F) | (number << 5));
                    return seed.Length;
            }
        }

        private int Merge(Guest guest, ref DeterministicRandom random)
        {
            _buffer[0] = Packet.Header(guest.Dialect, PacketKind.Merged, guest.Number);
            int at = 1;
            while (random.NextBool(0.8f))
            {
                byte[] seed = Corpus[random.Next(Corpus.Length)];
                if (at + 2 + seed.Length > Limits.ReceiveBytesMax)
                {
                    break;
                }

                BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(at), (ushort)seed.Length);
                seed.CopyTo(_buffer, at + 2);
                _buffer[at + 2] = (byte)((seed[0] & 0x9F) | (guest.Number << 5));
                at += 2 + seed.Length;
            }

            return at;
        }

        private int Bend(int length, ref DeterministicRandom random)
        {
            if (random.NextBool(0.1f))
            {
                length = random.Next(random.NextBool(0.2f) ? _buffer.Length : 64);
            }
            else if (random.NextBool(0.2f))
            {
                length = random.Next(length + 1);
            }

            for (int bends = random.Next(4); bends > 0 && length > 0; bends--)
            {
                int at = random.Next(random.NextBool(0.8f) ? Math.Min(length, 16) : length);
                _buffer[at] = random.Next(4) switch
                {
                    0 => (byte)random.Next(8),
                    1 => (byte)(_buffer[at] ^ (1 << random.Next(8))),
                    2 => 0xFF,
                    _ => (byte)random.NextUInt(),
                };
            }

            return length;
        }
    }

    /// <summary>What one client knows of its connection.</summary>
    private sealed class Guest(PeerAddress address)
    {
        public PeerAddress Address => address;

        public Dialect Dialect { get; private set; } = Dialect.V2;

        public long ConnectTime { get; private set; } = TestServer.UtcTicksAtZero;

        public int Number { get; private set; }

        public int WireId { get; private set; }

        public ushort Ping { get; private set; }

        public int PingNumber { get; private set; }

        public byte[] Check { get; } = new byte[MtuProbe.BytesMin];

        public void Restart(Dialect dialect)
        {
            Dialect = dialect;
            ConnectTime++;
        }

        public void Hear(ReadOnlySpan<byte> datagram)
        {
            var packets = new DatagramPackets(datagram, Dialect);
            while (packets.TryNext(out ReadOnlySpan<byte> packet))
            {
                switch (Packet.Kind(Dialect, packet[0]))
                {
                    case PacketKind.ConnectAccept when packet.Length == Packet.AcceptBytes:
                        Number = packet[9] & 3;
                        WireId = BinaryPrimitives.ReadInt32LittleEndian(packet[11..]);
                        break;
                    case PacketKind.Ping when packet.Length == Packet.PingBytes:
                        Ping = BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]);
                        PingNumber = Packet.ConnectionNumber(packet[0]);
                        break;
                    case PacketKind.MtuCheck when packet.Length == MtuProbe.BytesMin:
                        packet.CopyTo(Check);
                        break;
                    default:
                        break;
                }
            }
        }
    }

    /// <summary>A sealed client that connected honestly.</summary>
    private sealed record SealedGuest(ConnectionId Id, int Number, SealedLayer Layer)
    {
        public static SealedGuest Enter(TestServer server, TokenSealer sealer, DateTimeOffset wall, PeerAddress from, long now)
        {
            var heard = new List<byte[]>();
            SealKeys keys = TokenSealer.NewSeal(SealCipher.Aes256Gcm);
            string token = sealer.Seal(new ConnectToken(wall.AddMinutes(1), default, keys));
            var layer = new SealedLayer(keys, now, isClient: true);
            server.Entered.Clear();
            server.States.Clear();
            server.Left.Clear();
            server.Heard = (_, datagram) => heard.Add(datagram);
            server.Core.Receive(from, TestServer.Request(Dialect.V2, now, token), now);
            server.Heard = null;
            byte[] accept = Open(layer, heard[^2]);
            byte[] ping = Open(layer, heard[^1]);
            byte[] pong = new byte[Packet.PongBytes];
            pong[0] = Packet.Header(Dialect.V2, PacketKind.Pong, accept[9]);
            ping.AsSpan(1).CopyTo(pong.AsSpan(1));
            byte[] answer = new byte[pong.Length + SealedLayer.TrailerBytes];
            layer.Seal(pong, answer);
            server.Core.Receive(from, answer, now);
            return new SealedGuest(Assert.Single(server.Entered), accept[9], layer);
        }

        private static byte[] Open(SealedLayer layer, byte[] datagram)
        {
            byte[] opened = new byte[datagram.Length];
            Assert.True(layer.TryOpen(datagram, opened, out int length));
            return opened[..length];
        }
    }
}
