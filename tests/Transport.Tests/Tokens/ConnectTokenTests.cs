using System.Net;
using System.Security.Cryptography;
using System.Text;
using RealtimeServer.Foundation;
using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport.Tokens;

public sealed class ConnectTokenTests
{
    private const ulong Server = 77;
    private static readonly TokenKey OldKey = new(1, RandomNumberGenerator.GetBytes(32));
    private static readonly TokenKey NewKey = new(2, RandomNumberGenerator.GetBytes(32));
    private static readonly PeerAddress Here = PeerAddress.Of(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 1000));
    private static readonly PeerAddress There = PeerAddress.Of(new IPEndPoint(IPAddress.Parse("127.0.0.8"), 1000));
    private readonly SetTime _time = new();

    [Theory]
    [InlineData(SealCipher.None, "")]
    [InlineData(SealCipher.Aes256Gcm, "127.0.0.9")]
    [InlineData(SealCipher.ChaCha20Poly1305, "")]
    public void A_token_brings_back_what_was_put_in(SealCipher cipher, string address)
    {
        using TokenSealer sealer = new(NewKey, Server);
        using TokenGate gate = Gate();
        ConnectToken token = Token() with
        {
            Payload = RandomNumberGenerator.GetBytes(512),
            Seal = cipher == SealCipher.None ? null : TokenSealer.NewSeal(cipher),
            Address = address.Length == 0 ? default : IPAddress.Parse(address).GetAddressBytes(),
        };
        string text = sealer.Seal(token);
        Assert.True(text.Length <= 900, $"{text.Length} characters");
        Assert.Equal(TokenOutcome.Opened, gate.TryOpen(ConnectData.FromString(text), Here, 1, out TokenGrant? grant));
        Assert.Equal(token.Payload.ToArray(), grant!.Payload.ToArray());
        Assert.Equal(token.Expires, grant.Expires);
        Assert.Equal(token.Seal?.Session, grant.Seal?.Session);
        Assert.Equal(token.Seal?.Cipher, grant.Seal?.Cipher);
        Assert.Equal(token.Seal?.ClientToServer.ToArray(), grant.Seal?.ClientToServer.ToArray());
        Assert.Equal(token.Seal?.ServerToClient.ToArray(), grant.Seal?.ServerToClient.ToArray());
    }

    [Fact]
    public void A_token_is_used_once_but_its_client_may_ask_again()
    {
        using TokenSealer sealer = new(NewKey, Server);
        using TokenGate gate = Gate();
        byte[] data = ConnectData.FromString(sealer.Seal(Token()));
        Assert.Equal(TokenOutcome.Opened, gate.TryOpen(data, Here, 1, out _));
        Assert.Equal(TokenOutcome.Opened, gate.TryOpen(data, Here, 1, out _));
        Assert.Equal(TokenOutcome.Used, gate.TryOpen(data, There, 1, out TokenGrant? grant));
        Assert.Null(grant);
        _time.Now += TimeSpan.FromSeconds(31);
        Assert.Equal(TokenOutcome.Expired, gate.TryOpen(data, Here, 1, out _));
    }

    [Fact]
    public void Foreign_forged_and_misplaced_tokens_are_refused_each_for_its_reason()
    {
        using TokenSealer sealer = new(NewKey, Server);
        using TokenSealer elsewhere = new(NewKey, Server + 1);
        using TokenSealer stranger = new(new TokenKey(9, RandomNumberGenerator.GetBytes(32)), Server);
        using TokenSealer impostor = new(new TokenKey(2, RandomNumberGenerator.GetBytes(32)), Server);
        using TokenGate gate = Gate();
        Assert.Equal(TokenOutcome.OtherServer, Open(gate, elsewhere.Seal(Token())));
        Assert.Equal(TokenOutcome.UnknownKey, Open(gate, stranger.Seal(Token())));
        Assert.Equal(TokenOutcome.Forged, Open(gate, impostor.Seal(Token())));
        Assert.Equal(TokenOutcome.OtherAddress, Open(gate, sealer.Seal(Token() with { Address = IPAddress.Parse("10.0.0.1").GetAddressBytes() })));
        Assert.Equal(TokenOutcome.Expired, Open(gate, sealer.Seal(Token() with { Expires = _time.Now })));
        Assert.Equal(TokenOutcome.Malformed, Open(gate, "defaultkey"));
        Assert.Equal(TokenOutcome.Malformed, gate.TryOpen([], Here, 1, out _));
    }

    [Fact]
    public void Two_keys_live_at_once()
    {
        using TokenSealer before = new(OldKey, Server);
        using TokenSealer after = new(NewKey, Server);
        using TokenGate gate = new([NewKey, OldKey], Server, _time);
        Assert.Equal(TokenOutcome.Opened, Open(gate, before.Seal(Token())));
        Assert.Equal(TokenOutcome.Opened, Open(gate, after.Seal(Token())));
    }

    [Fact]
    public void A_token_changed_anywhere_is_refused()
    {
        using TokenSealer sealer = new(NewKey, Server);
        using TokenGate gate = Gate();
        string text = sealer.Seal(Token() with { Seal = TokenSealer.NewSeal(SealCipher.Aes256Gcm) });
        byte[] token = System.Buffers.Text.Base64Url.DecodeFromChars(text);
        for (int bit = 0; bit < token.Length * 8; bit++)
        {
            byte[] bad = [.. token];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(TokenOutcome.Opened, Open(gate, System.Buffers.Text.Base64Url.EncodeToString(bad)));
        }

        for (int length = 0; length < text.Length; length++)
        {
            Assert.NotEqual(TokenOutcome.Opened, Open(gate, text[..length]));
        }

        Assert.Equal(TokenOutcome.Opened, Open(gate, text));
    }

    [Fact]
    public void Garbage_is_refused_and_allocates_nothing()
    {
        using TokenGate gate = Gate();
        var random = new DeterministicRandom(3);
        byte[] data = new byte[700];
        int opened = 0;
        void Try(int rounds)
        {
            for (int round = 0; round < rounds; round++)
            {
                int length = random.Next(0, data.Length);
                for (int i = 0; i < length; i++)
                {
                    data[i] = round % 2 == 0 ? (byte)random.Next(256) : (byte)"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[random.Next(64)];
                }

                if (round % 3 != 0 && length > 10)
                {
                    BitConverter.TryWriteBytes(data, (ushort)(length - 1));
                    "AQIA"u8.CopyTo(data.AsSpan(2));
                }

                opened += gate.TryOpen(data.AsSpan(0, length), Here, 1, out _) == TokenOutcome.Opened ? 1 : 0;
            }
        }

        Try(1_000);
        Assert.Equal(0, Allocated.Least(() => Try(10_000)));
        Assert.Equal(0, opened);
    }

    [Fact]
    public void Forged_expired_and_used_tokens_allocate_nothing()
    {
        using TokenSealer sealer = new(NewKey, Server);
        using TokenSealer impostor = new(new TokenKey(2, RandomNumberGenerator.GetBytes(32)), Server);
        using TokenGate gate = Gate();
        byte[] used = ConnectData.FromString(sealer.Seal(Token()));
        byte[][] bad = [ConnectData.FromString(impostor.Seal(Token())), ConnectData.FromString(sealer.Seal(Token() with { Expires = _time.Now })), used];
        Assert.Equal(TokenOutcome.Opened, gate.TryOpen(used, Here, 1, out _));
        int opened = 0;
        void Try()
        {
            for (int round = 0; round < 1_500; round++)
            {
                opened += gate.TryOpen(bad[round % bad.Length], There, 1, out _) == TokenOutcome.Opened ? 1 : 0;
            }
        }

        Try();
        Assert.Equal(0, Allocated.Least(Try));
        Assert.Equal(0, opened);
    }

    [Fact]
    public void Tokens_made_before_a_restart_are_refused_as_it_forgot_who_used_them()
    {
        using TokenSealer sealer = new(NewKey, Server);
        string before = sealer.Seal(Token());
        _time.Now += TimeSpan.FromMilliseconds(1);
        using TokenGate restarted = new([NewKey], Server, _time, lifetime: TimeSpan.FromSeconds(30));
        Assert.Equal(TokenOutcome.Expired, Open(restarted, before));
        Assert.Equal(TokenOutcome.Opened, Open(restarted, sealer.Seal(Token())));
    }

    [Fact]
    public void A_full_memory_of_used_tokens_refuses_and_recovers_when_they_expire()
    {
        using TokenSealer sealer = new(NewKey, Server);
        using TokenGate gate = new([NewKey], Server, _time, usedMax: 64);
        int opened = 0;
        int busy = 0;
        for (int i = 0; i < 200; i++)
        {
            TokenOutcome outcome = Open(gate, sealer.Seal(Token()));
            opened += outcome == TokenOutcome.Opened ? 1 : 0;
            busy += outcome == TokenOutcome.Busy ? 1 : 0;
        }

        Assert.Equal((64, 136), (opened, busy));
        _time.Now += TimeSpan.FromSeconds(31);
        Assert.Equal(TokenOutcome.Opened, Open(gate, sealer.Seal(Token())));
    }

    [Fact]
    public void A_token_with_keys_needs_a_later_connect_time_each_time_or_two_connections_would_share_keys()
    {
        using TokenSealer sealer = new(NewKey, Server);
        using TokenGate gate = Gate();
        byte[] data = ConnectData.FromString(sealer.Seal(Token() with { Seal = TokenSealer.NewSeal(SealCipher.Aes256Gcm) }));
        Assert.Equal(TokenOutcome.Opened, gate.TryOpen(data, Here, 5, out _));
        Assert.Equal(TokenOutcome.Used, gate.TryOpen(data, Here, 5, out _));
        Assert.Equal(TokenOutcome.Opened, gate.TryOpen(data, Here, 6, out _));
        Assert.Equal(TokenOutcome.Used, gate.TryOpen(data, Here, 5, out _));
    }

    [Fact]
    public void What_does_not_fit_is_refused_when_the_token_is_made()
    {
        using TokenSealer sealer = new(NewKey, Server);
        Assert.Contains("513", Assert.Throws<ArgumentException>(() => sealer.Seal(Token() with { Payload = new byte[513] })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => sealer.Seal(Token() with { Address = new byte[5] }));
    }

    private static TokenOutcome Open(TokenGate gate, string text) => gate.TryOpen(ConnectData.FromString(text), Here, 1, out _);

    private TokenGate Gate() => new([NewKey], Server, _time);

    private ConnectToken Token() => new(_time.Now + TimeSpan.FromSeconds(30), Encoding.UTF8.GetBytes("account 1"));
}
