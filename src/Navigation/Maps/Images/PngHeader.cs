using System.Buffers.Binary;

namespace RealtimeServer.Navigation.Maps.Images;

/// <summary>The header of a PNG picture.</summary>
/// <param name="Width">Pixels; 0 and more than the format allows are left to the caller.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Depth">Bits of a sample, or of an index into the palette.</param>
/// <param name="ColourType">0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha.</param>
/// <param name="IsInterlaced">Stored in seven passes (Adam7).</param>
internal sealed record PngHeader(int Width, int Height, int Depth, int ColourType, bool IsInterlaced)
{
    public const int Palette = 3;

    /// <summary>Samples of a pixel.</summary>
    public int Samples => ColourType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>Bytes from a pixel to the next, at least one: what filters reckon with.</summary>
    public int PixelBytes => Math.Max(Samples * Depth / 8, 1);

    /// <summary>Bytes of so many pixels of a row.</summary>
    public int RowBytes(int pixels) => (int)((((long)pixels * Samples * Depth) + 7) / 8);

    /// <summary>The header, or null if no picture can have it.</summary>
    public static PngHeader? Read(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length != 13)
        {
            return null;
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(chunk);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
        (int depth, int type, int interlace) = (chunk[8], chunk[9], chunk[12]);
        bool fits = type switch
        {
            0 => depth is 1 or 2 or 4 or 8 or 16,
            Palette => depth is 1 or 2 or 4 or 8,
            2 or 4 or 6 => depth is 8 or 16,
            _ => false,
        };
        return fits && chunk[10] == 0 && chunk[11] == 0 && interlace < 2 && width <= int.MaxValue && height <= int.MaxValue
            ? new PngHeader((int)width, (int)height, depth, type, interlace == 1)
            : null;
    }
}
