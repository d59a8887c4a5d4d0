using System.Net;
using System.Security.Cryptography;
using RealtimeServer.Foundation;

namespace RealtimeServer.Transport.Layers;

/// <summary>The code of <c>docs/litenetlib.md</c>: compiled here, the same as on the page, and understood by our end.</summary>
public sealed class SealPageTests
{
    private const uint Session = 0xCAFE0123;
    private const long ConnectTime = 638_500_000_000_000_000;
    private static readonly byte[] Up = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] Down = RandomNumberGenerator.GetBytes(32);
    private IPEndPoint _endPoint = new(IPAddress.Loopback, 1);

    [Theory]
    [InlineData("ChaChaPoly.cs")]
    [InlineData("SealLayer.cs")]
    public void The_page_shows_the_code_that_is_tested(string file)
    {
        string root = RepositoryRoot();
        string code = File.ReadAllText(Path.Combine(root, "tests", "Transport.Tests", "Layers", "Page", file));
        Assert.Contains(code, File.ReadAllText(Path.Combine(root, "docs", "litenetlib.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_cipher_of_the_page_is_the_framework_s()
    {
        var random = new DeterministicRandom(6);
        for (int length = 0; length < 400; length++)
        {
            byte[] key = RandomNumberGenerator.GetBytes(32);
            byte[] nonce = RandomNumberGenerator.GetBytes(12);
            byte[] associated = RandomNumberGenerator.GetBytes(random.Next(0, 40));
            byte[] plain = RandomNumberGenerator.GetBytes(length);
            byte[] data = [7, .. plain, .. new byte[16]];
            ChaChaPoly.Seal(key, nonce, associated, data, 1, length, 1 + length);
            byte[] cipher = new byte[length];
            byte[] tag = new byte[16];
            using var framework = new ChaCha20Poly1305(key);
            framework.Encrypt(nonce, plain, cipher, tag, associated);
            Assert.Equal([7, .. cipher, .. tag], data);
            byte[] changed = [.. data];
            changed[1 + random.Next(changed.Length - 1)] ^= 1;
            Assert.False(ChaChaPoly.Open(key, nonce, associated, changed, 1, length, 1 + length));
            Assert.True(ChaChaPoly.Open(key, nonce, associated, data, 1, length, 1 + length));
            Assert.Equal(plain, data[1..(1 + length)]);
        }
    }

    // Values whose reduction modulo 2^130 - 5 needs the last step: RFC 8439, appendix A.3, vectors 7 to 11 work on these edges.
    [Fact]
    public void The_cipher_of_the_page_agrees_on_many_short_texts_of_ones()
    {
        for (int round = 0; round < 3_000; round++)
        {
            byte[] key = RandomNumberGenerator.GetBytes(32);
            byte[] nonce = new byte[12];
            byte[] associated = [.. Enumerable.Repeat((byte)0xFF, 16 * (round % 4))];
            byte[] data = new byte[16];
            using var framework = new ChaCha20Poly1305(key);
            byte[] tag = new byte[16];
            framework.Encrypt(nonce, plaintext: ReadOnlySpan<byte>.Empty, [], tag, associated);
            ChaChaPoly.Seal(key, nonce, associated, data, 0, 0, 0);
            Assert.Equal(tag, data);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_layer_of_the_page_and_ours_understand_each_other_through_many_keys(bool version2)
    {
        var page = new SealLayer(Session, Up, Down, version2);
        SendRequest(page, version2, ConnectTime);
        using var ours = new SealedLayer(new SealKeys(SealCipher.ChaCha20Poly1305, Session, Up, Down), ConnectTime, isClient: false);
        var random = new DeterministicRandom(8);
        for (int i = 1; i < 140_000; i++)
        {
            // To open each would take long, so most are lost on the way.
            byte[] datagram = Datagram(random, 1 + (i % 37));
            byte[] up = Outbound(page, datagram);
            byte[] down = new byte[datagram.Length + ours.OverheadBytes];
            ours.Seal(datagram, down);
            if (i % 100 == 0 || i % 65_536 < 4)
            {
                Assert.Equal(datagram, Open(ours, up));
                Assert.Equal(datagram, Inbound(page, down));
                Assert.Empty(Inbound(page, down));
            }
        }
    }

    [Fact]
    public void The_layer_of_the_page_drops_what_is_changed_old_or_repeated_and_believes_a_refusal_only_at_first()
    {
        var page = new SealLayer(Session, Up, Down, version2: true);
        SendRequest(page, version2: true, ConnectTime);
        byte[] refusal = [8, .. BitConverter.GetBytes(ConnectTime), 1, 2];
        Assert.Equal(refusal, Inbound(page, refusal));
        Assert.Empty(Inbound(page, [8, .. BitConverter.GetBytes(ConnectTime + 1), 1, 2]));
        using var ours = new SealedLayer(new SealKeys(SealCipher.ChaCha20Poly1305, Session, Up, Down), ConnectTime, isClient: false);
        var random = new DeterministicRandom(9);
        byte[][] all = [.. Enumerable.Range(0, 600).Select(i => Seal(ours, Datagram(random, 20)))];
        byte[] bad = [.. all[0]];
        bad[5] ^= 1;
        Assert.Empty(Inbound(page, bad));
        Assert.Equal(20, Inbound(page, all[0]).Length);
        Assert.Empty(Inbound(page, refusal));
        Assert.Equal(20, Inbound(page, all[599]).Length);
        Assert.Empty(Inbound(page, all[599 - 256]));
        Assert.Equal(20, Inbound(page, all[599 - 255]).Length);
        Assert.Empty(Inbound(page, all[599 - 255]));
        Assert.Empty(Inbound(page, [1, 2, 3]));
        for (int length = 0; length < all[1].Length; length++)
        {
            Assert.Empty(Inbound(page, all[598][..length]));
        }

        // Another attempt begins anew on both sides.
        SendRequest(page, version2: true, ConnectTime + 5);
        using var again = new SealedLayer(new SealKeys(SealCipher.ChaCha20Poly1305, Session, Up, Down), ConnectTime + 5, isClient: false);
        Assert.Equal(20, Inbound(page, Seal(again, Datagram(random, 20))).Length);
        Assert.Empty(Inbound(page, all[598]));
    }

    private static byte[] Datagram(DeterministicRandom random, int length)
    {
        byte[] datagram = new byte[length];
        datagram[0] = 1;
        for (int i = 1; i < length; i++)
        {
            datagram[i] = (byte)random.Next(256);
        }

        return datagram;
    }

    private static byte[] Seal(SealedLayer layer, byte[] datagram)
    {
        byte[] wire = new byte[datagram.Length + layer.OverheadBytes];
        layer.Seal(datagram, wire);
        return wire;
    }

    private static byte[]? Open(SealedLayer layer, byte[] wire)
    {
        byte[] plain = new byte[wire.Length];
        return layer.TryOpen(wire, plain, out int length) ? plain[..length] : null;
    }

    private void SendRequest(SealLayer page, bool version2, long connectTime)
    {
        byte[] request = [(byte)(version2 ? 6 : 5), 13, 0, 0, 0, .. BitConverter.GetBytes(connectTime), 1, 2, 3];
        Assert.Equal(request, Outbound(page, request));
    }

    private byte[] Outbound(SealLayer page, byte[] datagram)
    {
        byte[] data = [.. datagram, .. new byte[page.ExtraPacketSizeForLayer]];
        int offset = 0;
        int length = datagram.Length;
        page.ProcessOutBoundPacket(ref _endPoint, ref data, ref offset, ref length);
        return data[..length];
    }

    private byte[] Inbound(SealLayer page, byte[] wire)
    {
        byte[] data = [.. wire];
        int length = data.Length;
        page.ProcessInboundPacket(ref _endPoint, ref data, ref length);
        return data[..length];
    }

    private static string RepositoryRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "RealtimeServer.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
