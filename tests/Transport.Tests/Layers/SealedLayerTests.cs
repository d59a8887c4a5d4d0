using System.Security.Cryptography;
using RealtimeServer.Foundation;

namespace RealtimeServer.Transport.Layers;

public sealed class SealedLayerTests
{
    private const uint Session = 0x04030201;
    private const long ConnectTime = 638_000_000_000_000_000;
    private static readonly byte[] Up = [.. Enumerable.Repeat((byte)0x11, 32)];
    private static readonly byte[] Down = [.. Enumerable.Repeat((byte)0x22, 32)];

    [Theory]
    [InlineData(SealCipher.Aes256Gcm)]
    [InlineData(SealCipher.ChaCha20Poly1305)]
    public void What_one_end_seals_the_other_opens_and_a_second_implementation_agrees(SealCipher cipher)
    {
        using var client = new SealedLayer(Keys(cipher), ConnectTime, isClient: true);
        using var server = new SealedLayer(Keys(cipher), ConnectTime, isClient: false);
        var standardUp = new StandardSeal((int)cipher, Session, Up, ConnectTime);
        var standardDown = new StandardSeal((int)cipher, Session, Down, ConnectTime);
        for (int size = 1; size < 1_400; size += 7)
        {
            byte[] datagram = Datagram(size);
            byte[] up = Seal(client, datagram);
            Assert.Equal(standardUp.Seal(datagram), up);
            Assert.Equal(datagram, standardUp.Open(up));
            Assert.Equal(datagram, Open(server, up));
            byte[] down = standardDown.Seal(datagram);
            Assert.Equal(down, Seal(server, datagram));
            Assert.Equal(datagram, Open(client, down));
        }
    }

    [Fact]
    public void The_example_of_the_document_is_what_the_code_writes()
    {
        using var client = new SealedLayer(Keys(SealCipher.ChaCha20Poly1305), 1, isClient: true);
        string hex = Convert.ToHexString(Seal(client, [0x04, 0x0A, 0x00])).ToLowerInvariant();
        string document = File.ReadAllText(Path.Combine(RepositoryRoot(), "src", "Transport", "Layers", "STANDARD.md"));
        Assert.Contains(hex, document.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_replaced_as_the_document_says()
    {
        var standard = new StandardSeal(1, Session, Up, ConnectTime);
        using var server = new SealedLayer(Keys(SealCipher.Aes256Gcm), ConnectTime, isClient: false);
        byte[] datagram = Datagram(50);
        Assert.Equal(datagram, Open(server, standard.Seal(datagram, 65_535)));
        Assert.Equal(datagram, Open(server, standard.Seal(datagram, 65_536)));

        // Late ones of the epoch before still open; of the epoch after the next, nothing does.
        Assert.Equal(datagram, Open(server, standard.Seal(datagram, 65_534)));
        Assert.Null(Open(server, standard.Seal(datagram, 3 * 65_536)));
        Assert.Equal(datagram, Open(server, standard.Seal(datagram, 2 * 65_536)));
        Assert.Null(Open(server, standard.Seal(datagram, 65_533)));
    }

    [Fact]
    public void Many_epochs_go_by_on_both_sides_with_loss_and_disorder()
    {
        using var client = new SealedLayer(Keys(SealCipher.Aes256Gcm), ConnectTime, isClient: true, epochBits: 6);
        using var server = new SealedLayer(Keys(SealCipher.Aes256Gcm), ConnectTime, isClient: false, epochBits: 6);
        var random = new DeterministicRandom(4);
        var held = new List<byte[]>();
        int opened = 0;
        for (int i = 0; i < 64 * 300; i++)
        {
            byte[] sealedDatagram = Seal(client, Datagram(20 + (i % 5)));
            if (random.Next(10) == 0)
            {
                continue;
            }

            held.Insert(random.Next(held.Count + 1), sealedDatagram);
            if (held.Count > 20)
            {
                opened += Open(server, held[0]) is null ? 0 : 1;
                held.RemoveAt(0);
            }
        }

        // Some wait longer than the window is wide.
        Assert.True(opened > 64 * 300 * 0.8, $"{opened} opened");
    }

    [Fact]
    public void Nothing_opens_twice_and_nothing_behind_the_window()
    {
        using var client = new SealedLayer(Keys(SealCipher.Aes256Gcm), ConnectTime, isClient: true);
        using var server = new SealedLayer(Keys(SealCipher.Aes256Gcm), ConnectTime, isClient: false);
        byte[][] all = [.. Enumerable.Range(0, 600).Select(i => Seal(client, Datagram(30)))];
        Assert.NotNull(Open(server, all[0]));
        Assert.True(server.LastIsNewest);
        Assert.Null(Open(server, all[0]));
        Assert.NotNull(Open(server, all[599]));
        Assert.NotNull(Open(server, all[599 - 255]));
        Assert.False(server.LastIsNewest);
        Assert.Null(Open(server, all[599 - 256]));
        for (int i = 599 - 254; i < 599; i++)
        {
            Assert.NotNull(Open(server, all[i]));
            Assert.Null(Open(server, all[i]));
        }
    }

    [Theory]
    [InlineData(SealCipher.Aes256Gcm)]
    [InlineData(SealCipher.ChaCha20Poly1305)]
    public void A_datagram_changed_anywhere_does_not_open_and_does_no_harm(SealCipher cipher)
    {
        using var client = new SealedLayer(Keys(cipher), ConnectTime, isClient: true);
        using var server = new SealedLayer(Keys(cipher), ConnectTime, isClient: false);
        byte[] good = Seal(client, Datagram(40));
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(Open(server, bad));
        }

        for (int length = 0; length < good.Length; length++)
        {
            Assert.Null(Open(server, good[..length]));
        }

        Assert.NotNull(Open(server, good));
    }

    [Fact]
    public void Other_directions_sessions_tokens_and_connect_times_do_not_open()
    {
        SealKeys keys = Keys(SealCipher.Aes256Gcm);
        using var server = new SealedLayer(keys, ConnectTime, isClient: false);
        SealedLayer[] others =
        [
            new(keys, ConnectTime, isClient: false),
            new(keys, ConnectTime + 1, isClient: true),
            new(keys with { Session = Session + 1 }, ConnectTime, isClient: true),
            new(keys with { ClientToServer = Down }, ConnectTime, isClient: true),
        ];
        foreach (SealedLayer other in others)
        {
            Assert.Null(Open(server, Seal(other, Datagram(40))));
            other.Dispose();
        }
    }

    [Fact]
    public void Garbage_never_opens()
    {
        using var server = new SealedLayer(Keys(SealCipher.Aes256Gcm), ConnectTime, isClient: false);
        var random = new DeterministicRandom(9);
        for (int round = 0; round < 2_000; round++)
        {
            byte[] garbage = new byte[random.Next(0, 200)];
            for (int i = 0; i < garbage.Length; i++)
            {
                garbage[i] = (byte)random.Next(256);
            }

            if (round % 2 == 0 && garbage.Length > 28)
            {
                BitConverter.TryWriteBytes(garbage.AsSpan(garbage.Length - 28), Session);
            }

            Assert.Null(Open(server, garbage));
        }
    }

    [Theory]
    [InlineData(SealCipher.Aes256Gcm)]
    [InlineData(SealCipher.ChaCha20Poly1305)]
    public void Sealing_and_opening_allocate_nothing(SealCipher cipher)
    {
        using var client = new SealedLayer(Keys(cipher), ConnectTime, isClient: true);
        using var server = new SealedLayer(Keys(cipher), ConnectTime, isClient: false);
        byte[] datagram = Datagram(200);
        byte[] wire = new byte[300];
        byte[] plain = new byte[300];
        long before = 0;
        for (int i = 0; i < 2_000; i++)
        {
            if (i == 1_000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            int length = client.Seal(datagram, wire);
            Assert.True(server.TryOpen(wire.AsSpan(0, length), plain, out _));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(SealCipher.Aes256Gcm)]
    [InlineData(SealCipher.ChaCha20Poly1305)]
    public void Forgeries_between_good_datagrams_allocate_nothing_once_one_was_met(SealCipher cipher)
    {
        using var client = new SealedLayer(Keys(cipher), ConnectTime, isClient: true);
        using var server = new SealedLayer(Keys(cipher), ConnectTime, isClient: false);
        var random = new DeterministicRandom(12);
        byte[] datagram = new byte[1_000];
        byte[] wire = new byte[datagram.Length + client.OverheadBytes];
        byte[] bad = new byte[wire.Length];
        byte[] plain = new byte[wire.Length];
        long before = 0;
        int forged = 0;
        for (int i = 0; i < 4_000; i++)
        {
            if (i == 1_000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            int size = 1 + random.Next(datagram.Length);
            datagram[random.Next(size)] = (byte)i;
            int length = client.Seal(datagram.AsSpan(0, size), wire);
            if (i >= 990)
            {
                wire.AsSpan(0, length).CopyTo(bad);

                // Anywhere but in the session and the counter, which are looked at before.
                int at = random.Next(size + SealKey.TagBytes);
                bad[at < size ? at : at + 12] ^= (byte)(1 << random.Next(8));
                forged += server.TryOpen(bad.AsSpan(0, length), plain, out _) ? 1 : 0;
            }

            Assert.True(server.TryOpen(wire.AsSpan(0, length), plain, out int opened));
            Assert.True(datagram.AsSpan(0, size).SequenceEqual(plain.AsSpan(0, opened)));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, forged);
    }

    private static SealKeys Keys(SealCipher cipher) => new(cipher, Session, Up, Down);

    private static byte[] Datagram(int size) => RandomNumberGenerator.GetBytes(size);

    private static byte[] Seal(SealedLayer layer, byte[] datagram)
    {
        byte[] wire = new byte[datagram.Length + layer.OverheadBytes];
        Assert.Equal(wire.Length, layer.Seal(datagram, wire));
        return wire;
    }

    private static byte[]? Open(SealedLayer layer, byte[] wire)
    {
        byte[] plain = new byte[Math.Max(wire.Length, 1)];
        return layer.TryOpen(wire, plain, out int length) ? plain[..length] : null;
    }

    private static string RepositoryRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "RealtimeServer.slnx")) && !File.Exists(Path.Combine(folder, "RealtimeServer.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
