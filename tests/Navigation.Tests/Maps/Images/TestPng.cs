using System.Buffers.Binary;
using System.IO.Compression;

namespace RealtimeServer.Navigation.Maps.Images;

/// <summary>Makes PNG pictures of any kind, written apart from what reads them: each sample is given as it is stored.</summary>
internal static class TestPng
{
    public static byte[] Make(
        int width, int height, int depth, int type, bool interlaced, Func<int, int, int[]> samples, byte[]? palette = null, byte[]? transparency = null, int filter = -1)
    {
        using MemoryStream raw = new();
        (int Left, int Top, int StepX, int StepY)[] passes = interlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)];
        int bytesPerPixel = Math.Max(samples(0, 0).Length * depth / 8, 1);
        int rows = 0;
        foreach ((int left, int top, int stepX, int stepY) in passes)
        {
            byte[]? above = null;
            for (int y = top; y < height && left < width; y += stepY)
            {
                byte[] row = Row(left, width, stepX, x => samples(x, y), depth);
                int kind = filter >= 0 ? filter : rows++ % 5;
                raw.WriteByte((byte)kind);
                raw.Write(Filter(kind, row, above ?? new byte[row.Length], bytesPerPixel));
                above = row;
            }
        }

        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)type, (byte)(interlaced ? 1 : 0));
        byte[] packed = TestZlib(raw.ToArray());
        return
        [
            0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR", header), .. palette is null ? [] : Chunk("PLTE", palette), .. transparency is null ? [] : Chunk("tRNS", transparency),
            .. Chunk("tEXt", "a\0b"u8.ToArray()), .. Chunk("IDAT", packed[..(packed.Length / 2)]), .. Chunk("IDAT", packed[(packed.Length / 2)..]), .. Chunk("IEND", []),
        ];
    }

    public static byte[] Chunk(string kind, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. System.Text.Encoding.ASCII.GetBytes(kind), .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        uint crc = uint.MaxValue;
        foreach (byte b in chunk.AsSpan(4, 4 + data.Length))
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), ~crc);
        return chunk;
    }

    public static byte[] TestZlib(byte[] raw)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Fastest))
        {
            zlib.Write(raw);
        }

        return packed.ToArray();
    }

    private static byte[] Row(int left, int width, int step, Func<int, int[]> samples, int depth)
    {
        List<bool> bits = [];
        for (int x = left; x < width; x += step)
        {
            foreach (int sample in samples(x))
            {
                for (int bit = depth - 1; bit >= 0; bit--)
                {
                    bits.Add((sample >> bit & 1) != 0);
                }
            }
        }

        byte[] row = new byte[(bits.Count + 7) / 8];
        for (int i = 0; i < bits.Count; i++)
        {
            row[i / 8] |= (byte)(bits[i] ? 0x80 >> (i % 8) : 0);
        }

        return row;
    }

    private static byte[] Filter(int kind, byte[] row, byte[] above, int step) => [.. row.Select((value, i) =>
    {
        int left = i >= step ? row[i - step] : 0;
        int up = above[i];
        int corner = i >= step ? above[i - step] : 0;
        int plane = left + up - corner;
        int nearest = ((int[])[left, up, corner]).OrderBy(candidate => Math.Abs(plane - candidate)).First();
        return (byte)(value - kind switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, 4 => nearest, _ => 0 });
    })];
}
