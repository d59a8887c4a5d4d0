using System.Buffers.Binary;
using System.IO.Compression;

namespace RealtimeServer.Maps;

/// <summary>A PNG of eight bits a colour without transparency, decoded by the standard (ISO/IEC 15948) and not by the code under test.</summary>
internal sealed class PngPicture
{
    private readonly byte[] _rgb;

    public PngPicture(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a], bytes[..8]);
        using MemoryStream packed = new();
        for (int at = 8; at < bytes.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            ReadOnlySpan<byte> data = bytes.AsSpan(at + 8, length);
            switch (System.Text.Encoding.ASCII.GetString(bytes, at + 4, 4))
            {
                case "IHDR":
                    (Width, Height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
                    Assert.Equal([8, 2, 0, 0, 0], data[8..].ToArray());
                    break;
                case "IDAT":
                    packed.Write(data);
                    break;
            }

            at += 12 + length;
        }

        packed.Position = 0;
        using ZLibStream rows = new(packed, CompressionMode.Decompress);
        _rgb = new byte[Width * Height * 3];
        byte[] row = new byte[(Width * 3) + 1];
        for (int y = 0; y < Height; y++)
        {
            rows.ReadExactly(row);
            Unfilter(row[0], row.AsSpan(1), _rgb.AsSpan(y * Width * 3, Width * 3), y == 0 ? [] : _rgb.AsSpan((y - 1) * Width * 3, Width * 3));
        }

        Assert.Equal(-1, rows.ReadByte());
    }

    public int Width { get; }

    public int Height { get; }

    public (int R, int G, int B) this[int x, int y]
    {
        get
        {
            int at = ((y * Width) + x) * 3;
            return (_rgb[at], _rgb[at + 1], _rgb[at + 2]);
        }
    }

    public int Count((int R, int G, int B) colour) => Enumerable.Range(0, Width * Height).Count(i => this[i % Width, i / Width] == colour);

    private static void Unfilter(byte filter, ReadOnlySpan<byte> row, Span<byte> to, ReadOnlySpan<byte> above)
    {
        for (int i = 0; i < row.Length; i++)
        {
            int left = i >= 3 ? to[i - 3] : 0;
            int up = above.Length > 0 ? above[i] : 0;
            int corner = i >= 3 && above.Length > 0 ? above[i - 3] : 0;
            int guess = left + up - corner;
            (int a, int b, int c) = (Math.Abs(guess - left), Math.Abs(guess - up), Math.Abs(guess - corner));
            int predicted = filter switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                4 => a <= b && a <= c ? left : b <= c ? up : corner,
                _ => throw new InvalidDataException($"There is no filter {filter}."),
            };
            to[i] = (byte)(row[i] + predicted);
        }
    }
}
