using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Tokens;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

/// <summary>Tokens and sealed connections through the whole server, with a client's end of the seal.</summary>
public sealed class TokenAdmissionTests : IDisposable
{
    private const ulong ServerId = 7;
    private const Dialect Spoken = Dialect.V2;
    private static readonly PeerAddress Here = TestServer.Address(1);
    private static readonly PeerAddress There = TestServer.Address(2);
    private static readonly TokenKey Key = new(1, RandomNumberGenerator.GetBytes(TokenKey.SecretBytes));
    private readonly SetTime _clock = new();
    private readonly TokenSealer _sealer = new(Key, ServerId);
    private readonly TokenGate _gate;
    private readonly TestServer _server;

    public TokenAdmissionTests()
    {
        _gate = new TokenGate([Key], ServerId, _clock);
        _server = new TestServer(with: options => options with { Tokens = _gate });
    }

    public void Dispose()
    {
        _gate.Dispose();
        _sealer.Dispose();
    }

    [Fact]
    public void What_the_token_carries_is_the_state_of_the_connection()
    {
        string token = Token(null);
        _server.Core.Receive(Here, TestServer.Request(Spoken, 5, token), 0);
        _server.Core.Receive(Here, _server.PongFor(Here, Spoken), 1_000);
        TokenGrant grant = Assert.IsType<TokenGrant>(Assert.Single(_server.States));
        Assert.Equal("player 1", Encoding.UTF8.GetString(grant.Payload.Span));
        Assert.Equal(0, _server.Admissions);
    }

    [Fact]
    public void What_is_no_token_at_all_is_for_the_application_to_judge()
    {
        _server.Core.Receive(Here, TestServer.Request(Spoken, 5, "key"), 0);
        Assert.Equal((1, 1), (_server.Admissions, _server.Core.Statistics.Handshakes));
    }

    [Fact]
    public void Used_expired_forged_and_foreign_tokens_are_refused_in_words_and_leave_nothing()
    {
        string used = Token(null);
        _server.Core.Receive(Here, TestServer.Request(Spoken, 5, used), 0);
        Refused(There, used, "used before");
        using var foreignSealer = new TokenSealer(Key, ServerId + 1);
        Refused(There, foreignSealer.Seal(new ConnectToken(_clock.Now + TimeSpan.FromSeconds(30), default)), "another server");
        using var strangeSealer = new TokenSealer(new TokenKey(1, RandomNumberGenerator.GetBytes(TokenKey.SecretBytes)), ServerId);
        Refused(There, strangeSealer.Seal(new ConnectToken(_clock.Now + TimeSpan.FromSeconds(30), default)), "not this server's");
        Refused(There, _sealer.Seal(new ConnectToken(_clock.Now + TimeSpan.FromSeconds(30), default, null, new byte[] { 10, 0, 0, 1 })), "another address");
        string late = Token(null);
        _clock.Now += TimeSpan.FromMinutes(1);
        Refused(There, late, "expired");
        Assert.Equal(1, _server.Core.Statistics.Handshakes);
    }

    [Theory]
    [InlineData(SealCipher.Aes256Gcm)]
    [InlineData(SealCipher.ChaCha20Poly1305)]
    public void A_sealed_connection_hears_and_says_only_sealed_datagrams(SealCipher cipher)
    {
        var client = new SealedGuest(_server, Enter(cipher, out string token), 5);
        client.Connect(Here, token, 0);
        byte[] clear = [Packet.Header(Spoken, PacketKind.Unreliable, client.Number), 1];
        _server.Core.Receive(Here, clear, 10_000);
        Assert.Empty(_server.Messages);
        Assert.Equal(1, _server.Core.Statistics.Unopened);
        byte[] wrapped = client.Wrap(clear);
        _server.Core.Receive(Here, wrapped, 11_000);
        _server.Core.Receive(Here, wrapped, 12_000);
        Assert.Equal([1], Assert.Single(_server.Messages).Payload);
        Assert.Equal(2, _server.Core.Statistics.Unopened);

        _server.Sent.Clear();
        _server.Core.Send(_server.Entered[0], DeliveryMethod.Unreliable, 0, "hello"u8);
        _server.Core.Update(13_000);
        Assert.Contains(client.Packets(), packet => packet.AsSpan(1).SequenceEqual("hello"u8));
    }

    [Fact]
    public void A_recorded_sealed_request_makes_no_second_connection_with_the_same_keys()
    {
        var client = new SealedGuest(_server, Enter(SealCipher.Aes256Gcm, out string token), 5);
        client.Connect(Here, token, 0);
        _server.Core.Receive(Here, client.Wrap(TestServer.Goodbye(Spoken, 5, client.Number)), 20_000);
        _server.Core.Update(30_000);
        Assert.Equal(0, _server.Core.ConnectionCount);
        _server.Core.Receive(Here, TestServer.Request(Spoken, 5, token), 40_000);
        Assert.Equal(0, _server.Core.Statistics.Handshakes);
        var again = new SealedGuest(_server, client.Keys, 6);
        again.Connect(Here, token, 50_000);
        Assert.Equal(2, _server.Entered.Count);
    }

    [Fact]
    public void A_sealed_client_that_keeps_asking_keeps_its_one_handshake()
    {
        Enter(SealCipher.Aes256Gcm, out string token);
        for (long now = 0; now < 5_500_000; now += 500_000)
        {
            _server.Core.Receive(Here, TestServer.Request(Spoken, 5, token), now);
            _server.Core.Update(now);
            Assert.Equal(1, _server.Core.Statistics.Handshakes);
        }

        for (long now = 5_500_000; now < 9_000_000; now += 10_000)
        {
            _server.Core.Update(now);
        }

        Assert.Equal((0, 1, 0), (_server.Core.Statistics.Handshakes, _server.Core.Statistics.Unproven, _server.Core.Statistics.Rejected));
    }

    [Fact]
    public void A_sealed_connection_is_heard_from_a_new_address_at_once_and_answered_there_when_it_has_proven_itself()
    {
        var client = new SealedGuest(_server, Enter(SealCipher.Aes256Gcm, out string token), 5);
        client.Connect(Here, token, 0);
        _server.Core.Update(1_000);
        _server.Sent.Clear();
        _server.Core.Receive(There, client.Wrap([Packet.Header(Spoken, PacketKind.Unreliable, client.Number), 9, 9]), 20_000);
        Assert.Equal([9, 9], Assert.Single(_server.Messages).Payload);
        (PeerAddress to, byte[] challenge) = Assert.Single(_server.Sent);
        Assert.Equal(There, to);
        Assert.True(challenge.Length <= 30 + 28);
        _server.Core.Send(_server.Entered[0], DeliveryMethod.Unreliable, 0, "before"u8);
        _server.Core.Update(21_000);
        Assert.All(_server.Sent.Skip(1), sent => Assert.Equal(Here, sent.To));

        byte[] pong = client.PongTo(challenge);
        _server.Core.Receive(There, pong, 30_000);
        _server.Core.Update(30_000);
        Assert.Equal(1, _server.Core.Statistics.AddressChanges);
        _server.Sent.Clear();
        _server.Core.Send(_server.Entered[0], DeliveryMethod.Unreliable, 0, "after"u8);
        _server.Core.Update(31_000);
        Assert.All(_server.Sent, sent => Assert.Equal(There, sent.To));
        Assert.NotEmpty(_server.Sent);
    }

    [Fact]
    public void A_sealed_datagram_recorded_and_sent_from_elsewhere_moves_nothing()
    {
        var client = new SealedGuest(_server, Enter(SealCipher.Aes256Gcm, out string token), 5);
        client.Connect(Here, token, 0);
        byte[] recorded = client.Wrap([Packet.Header(Spoken, PacketKind.Unreliable, client.Number), 9]);
        _server.Core.Receive(Here, recorded, 10_000);
        _server.Sent.Clear();
        _server.Core.Receive(There, recorded, 11_000);
        byte[] claim = new byte[Packet.AddressChangeBytes];
        new AddressChange(5, client.Number, client.WireId).Write(claim, Spoken);
        _server.Core.Receive(There, claim, 12_000);
        Assert.DoesNotContain(_server.Sent, sent => sent.To == There && sent.Datagram.Length > 2);
        Assert.Single(_server.Messages);
    }

    private void Refused(PeerAddress from, string token, string why)
    {
        _server.Sent.Clear();
        byte[] request = TestServer.Request(Spoken, 9, token);
        _server.Core.Receive(from, request, 0);
        byte[] answer = Assert.Single(_server.Sent).Datagram;
        Assert.True(answer.Length <= request.Length);
        Assert.True(ConnectData.TryReadString(answer.AsSpan(Packet.DisconnectHeaderBytes), out string? reason));
        Assert.Contains(why, reason, StringComparison.Ordinal);
    }

    private string Token(SealKeys? seal) => _sealer.Seal(new ConnectToken(_clock.Now + TimeSpan.FromSeconds(30), "player 1"u8.ToArray(), seal));

    private SealKeys Enter(SealCipher cipher, out string token)
    {
        SealKeys keys = TokenSealer.NewSeal(cipher);
        token = Token(keys);
        return keys;
    }

    /// <summary>A client's end of a seal, and the packets it would read.</summary>
    private sealed class SealedGuest(TestServer server, SealKeys keys, long connectTime)
    {
        private readonly SealedLayer _layer = new(keys, connectTime, isClient: true);

        public SealKeys Keys => keys;

        public int Number { get; private set; }

        public int WireId { get; private set; }

        public void Connect(PeerAddress from, string token, long now)
        {
            server.Sent.Clear();
            server.Core.Receive(from, TestServer.Request(Spoken, connectTime, token), now);
            byte[] accept = Unwrap(server.Sent[0].Datagram);
            Assert.Equal(PacketKind.ConnectAccept, Packet.Kind(Spoken, accept[0]));
            Number = accept[9];
            WireId = BinaryPrimitives.ReadInt32LittleEndian(accept.AsSpan(11));
            int entered = server.Entered.Count;
            server.Core.Receive(from, PongTo(server.Sent[1].Datagram), now + 1_000);
            Assert.Equal(entered + 1, server.Entered.Count);
            server.Sent.Clear();
        }

        public byte[] PongTo(byte[] wrappedPing)
        {
            byte[] ping = Unwrap(wrappedPing);
            Assert.Equal(PacketKind.Ping, Packet.Kind(Spoken, ping[0]));
            byte[] pong = new byte[Packet.PongBytes];
            pong[0] = Packet.Header(Spoken, PacketKind.Pong, Packet.ConnectionNumber(ping[0]));
            ping.AsSpan(1).CopyTo(pong.AsSpan(1));
            return Wrap(pong);
        }

        public byte[] Wrap(byte[] datagram)
        {
            byte[] wrapped = new byte[datagram.Length + SealedLayer.TrailerBytes];
            _layer.Seal(datagram, wrapped);
            return wrapped;
        }

        /// <summary>All that was sent, opened and taken apart.</summary>
        public List<byte[]> Packets()
        {
            var all = new List<byte[]>();
            foreach ((_, byte[] datagram) in server.Sent)
            {
                var packets = new DatagramPackets(Unwrap(datagram), Spoken);
                while (packets.TryNext(out ReadOnlySpan<byte> packet))
                {
                    all.Add(packet.ToArray());
                }
            }

            return all;
        }

        private byte[] Unwrap(byte[] datagram)
        {
            byte[] opened = new byte[datagram.Length];
            Assert.True(_layer.TryOpen(datagram, opened, out int length));
            return opened[..length];
        }
    }
}
