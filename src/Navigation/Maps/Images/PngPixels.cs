using System.Buffers.Binary;

namespace RealtimeServer.Navigation.Maps.Images;

/// <summary>Makes pixels of the bytes of a row.</summary>
internal sealed class PngPixels
{
    private readonly PngHeader _header;
    private readonly ReadOnlyMemory<byte> _palette;
    private readonly ReadOnlyMemory<byte> _transparency;
    private readonly uint _scale;

    public PngPixels(PngHeader header, ReadOnlyMemory<byte> palette, ReadOnlyMemory<byte> transparency)
    {
        _header = header;
        _palette = palette;
        _transparency = transparency;
        _scale = ushort.MaxValue / ((1u << header.Depth) - 1);
    }

    /// <returns>False if it names a colour that the palette does not have.</returns>
    public bool TryGet(ReadOnlySpan<byte> row, int x, out Pixel pixel)
    {
        int first = x * _header.Samples;
        ushort value = Sample(row, first);
        switch (_header.ColourType)
        {
            case 0:
                pixel = Pixel.Grey(Scaled(value)) with { Alpha = IsKey(value) ? (ushort)0 : ushort.MaxValue };
                return true;
            case 2:
                (ushort green, ushort blue) = (Sample(row, first + 1), Sample(row, first + 2));
                pixel = new Pixel(Scaled(value), Scaled(green), Scaled(blue), IsKey(value, green, blue) ? (ushort)0 : ushort.MaxValue);
                return true;
            case 4:
                pixel = Pixel.Grey(Scaled(value)) with { Alpha = Scaled(Sample(row, first + 1)) };
                return true;
            case 6:
                pixel = new Pixel(Scaled(value), Scaled(Sample(row, first + 1)), Scaled(Sample(row, first + 2)), Scaled(Sample(row, first + 3)));
                return true;
            default:
                return TryPalette(value, out pixel);
        }
    }

    private bool TryPalette(int index, out Pixel pixel)
    {
        ReadOnlySpan<byte> palette = _palette.Span;
        if ((index * 3) + 3 > palette.Length)
        {
            pixel = default;
            return false;
        }

        int alpha = index < _transparency.Length ? _transparency.Span[index] : byte.MaxValue;
        ReadOnlySpan<byte> colour = palette.Slice(index * 3, 3);
        pixel = new Pixel((ushort)(colour[0] * 257), (ushort)(colour[1] * 257), (ushort)(colour[2] * 257), (ushort)(alpha * 257));
        return true;
    }

    private ushort Sample(ReadOnlySpan<byte> row, int index)
    {
        switch (_header.Depth)
        {
            case 16:
                return BinaryPrimitives.ReadUInt16BigEndian(row[(index * 2)..]);
            case 8:
                return row[index];
            default:
                int perByte = 8 / _header.Depth;
                int shift = 8 - (_header.Depth * ((index % perByte) + 1));
                return (ushort)((row[index / perByte] >> shift) & ((1 << _header.Depth) - 1));
        }
    }

    private ushort Scaled(ushort value) => (ushort)(value * _scale);

    // One colour may be declared to be transparent.
    private bool IsKey(params ReadOnlySpan<ushort> samples)
    {
        ReadOnlySpan<byte> key = _transparency.Span;
        for (int i = 0; i < samples.Length; i++)
        {
            if (key.Length < (i + 1) * 2 || BinaryPrimitives.ReadUInt16BigEndian(key[(i * 2)..]) != samples[i])
            {
                return false;
            }
        }

        return true;
    }
}
