using System.Buffers.Binary;
using System.IO.Compression;

namespace RealtimeServer.Navigation.Maps.Images;

/// <summary>Writes pictures as PNG: eight bits a colour, each row told as differences from the one above it.</summary>
public static class PngWriter
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <param name="stream">Receives the file.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="rgb">Red, green and blue of each pixel, row by row.</param>
    /// <exception cref="ArgumentException">There are not three bytes for each pixel.</exception>
    public static void Write(Stream stream, int width, int height, ReadOnlySpan<byte> rgb)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != (long)width * height * 3)
        {
            throw new ArgumentException($"A picture of {width} by {height} pixels has {(long)width * height * 3} bytes, not {rgb.Length}.", nameof(rgb));
        }

        stream.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9], header[10], header[11], header[12]) = (8, 2, 0, 0, 0);
        WriteChunk(stream, "IHDR"u8, header);
        WriteChunk(stream, "IDAT"u8, Pack(width * 3, height, rgb));
        WriteChunk(stream, "IEND"u8, []);
    }

    private static byte[] Pack(int rowBytes, int height, ReadOnlySpan<byte> rgb)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal))
        {
            const byte FromAbove = 2;
            byte[] row = new byte[1 + rowBytes];
            row[0] = FromAbove;
            for (int y = 0; y < height; y++)
            {
                ReadOnlySpan<byte> here = rgb.Slice(y * rowBytes, rowBytes);
                ReadOnlySpan<byte> above = y > 0 ? rgb.Slice((y - 1) * rowBytes, rowBytes) : default;
                for (int i = 0; i < rowBytes; i++)
                {
                    row[i + 1] = (byte)(here[i] - (above.IsEmpty ? 0 : above[i]));
                }

                zlib.Write(row);
            }
        }

        return packed.ToArray();
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        kind.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.Of(chunk.AsSpan(4, 4 + data.Length)));
        stream.Write(chunk);
    }
}
