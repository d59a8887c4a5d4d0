using System.Text;

namespace RealtimeServer.Transport.Layers;

public sealed class Crc32cLayerTests
{
    // The check value of CRC-32C, and two vectors of RFC 3720, appendix B.4.
    [Fact]
    public void Known_checksums_come_out()
    {
        Assert.Equal(0xE3069283u, Crc32cLayer.Checksum(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A9136AAu, Crc32cLayer.Checksum(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32cLayer.Checksum([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD794Eu, Crc32cLayer.Checksum([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
    }

    [Fact]
    public void Only_whole_datagrams_open()
    {
        using var layer = new Crc32cLayer();
        byte[] datagram = [.. Enumerable.Range(0, 61).Select(i => (byte)i)];
        byte[] wire = new byte[datagram.Length + layer.OverheadBytes];
        Assert.Equal(wire.Length, layer.Seal(datagram, wire));
        byte[] plain = new byte[wire.Length];
        Assert.True(layer.TryOpen(wire, plain, out int length));
        Assert.Equal(datagram, plain[..length]);
        for (int bit = 0; bit < wire.Length * 8; bit++)
        {
            byte[] bad = [.. wire];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(layer.TryOpen(bad, plain, out _));
        }

        for (int cut = 0; cut < wire.Length; cut++)
        {
            Assert.False(layer.TryOpen(wire.AsSpan(0, cut), plain, out _));
        }
    }
}
