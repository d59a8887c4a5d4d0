using System.Buffers.Binary;
using System.IO.Compression;

namespace RealtimeServer.Navigation.Maps.Images;

/// <summary>
/// Reads PNG pictures of every colour type, bit depth and interlace (W3C, Portable Network Graphics, third edition). Every chunk's checksum is checked, and never more
/// is unpacked than the pixels need.
/// </summary>
internal sealed class PngReader
{
    private const int ChunkExtra = 12; // length, type and checksum
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private readonly string _file;
    private readonly byte[] _content;
    private readonly List<ArraySegment<byte>> _data = [];
    private PngHeader? _header;
    private ReadOnlyMemory<byte> _palette;
    private ReadOnlyMemory<byte> _transparency;

    public PngReader(string file, byte[] content)
    {
        _file = file;
        _content = content;
    }

    public static bool Looks(ReadOnlySpan<byte> content) => content.StartsWith(Signature);

    /// <exception cref="MapException">It is damaged or too large.</exception>
    public void Read<TSink>(ref TSink sink)
        where TSink : IPixelSink
    {
        PngHeader header = ReadChunks();
        MapImage.RequireSize(_file, header.Width, header.Height, sink.PixelsMax);
        PngPixels pixels = new(header, _palette, _transparency);
        sink.Begin(header.Width, header.Height);
        try
        {
            using SegmentStream packed = new(_data);
            using ZLibStream unpacked = new(packed, CompressionMode.Decompress);
            foreach (PngPass pass in PngPass.Of(header))
            {
                ReadPass(unpacked, header, pixels, pass, ref sink);
            }

            if (unpacked.ReadByte() >= 0)
            {
                throw Refuse("It has more data than pixels.");
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new MapException(_file, "", "", $"The picture's data cannot be unpacked: {e.Message}", e);
        }
    }

    private void ReadPass<TSink>(ZLibStream unpacked, PngHeader header, PngPixels pixels, PngPass pass, ref TSink sink)
        where TSink : IPixelSink
    {
        int bytes = header.RowBytes(pass.Width);
        byte[] row = new byte[1 + bytes];
        byte[] above = new byte[1 + bytes];
        for (int y = 0; y < pass.Height; y++)
        {
            if (unpacked.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
            {
                throw Refuse($"Its data ends within row {pass.Y(y)}.");
            }

            if (!PngFilter.Undo(row[0], row.AsSpan(1), above.AsSpan(1), header.PixelBytes))
            {
                throw Refuse($"Row {pass.Y(y)} has the filter {row[0]}, which does not exist.");
            }

            for (int x = 0; x < pass.Width; x++)
            {
                if (!pixels.TryGet(row.AsSpan(1), x, out Pixel pixel))
                {
                    throw Refuse($"The pixel at column {pass.X(x)}, row {pass.Y(y)} has a colour that the palette does not have.");
                }

                sink.Set(pass.X(x), pass.Y(y), pixel);
            }

            (row, above) = (above, row);
        }
    }

    private PngHeader ReadChunks()
    {
        for (int at = Signature.Length; ;)
        {
            ReadOnlySpan<byte> rest = _content.AsSpan(at);
            uint length = rest.Length >= ChunkExtra ? BinaryPrimitives.ReadUInt32BigEndian(rest) : uint.MaxValue;
            if (length > rest.Length - ChunkExtra)
            {
                throw Refuse($"The file ends within the chunk at byte {at}.");
            }

            string kind = System.Text.Encoding.Latin1.GetString(rest.Slice(4, 4));
            if (Crc32.Of(rest.Slice(4, 4 + (int)length)) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]))
            {
                throw Refuse($"The chunk '{MapText.Short(kind)}' at byte {at} is damaged: its checksum does not fit.");
            }

            ArraySegment<byte> data = new(_content, at + 8, (int)length);
            if (kind == "IEND")
            {
                break;
            }

            Take(kind, data, isFirst: at == Signature.Length);
            at += ChunkExtra + (int)length;
        }

        if (_header is null)
        {
            throw Refuse("Its header is missing.");
        }

        if (_header.ColourType == PngHeader.Palette && _palette.IsEmpty)
        {
            throw Refuse("Its palette is missing.");
        }

        return _header;
    }

    private void Take(string kind, ArraySegment<byte> data, bool isFirst)
    {
        if (isFirst != (kind == "IHDR"))
        {
            throw Refuse("Its header is not its first chunk, or not its only one.");
        }

        switch (kind)
        {
            case "IHDR":
                _header = PngHeader.Read(data) ?? throw Refuse("Its header has a colour type, bit depth, compression, filter or interlace that does not exist.");
                break;
            case "PLTE":
                _palette = data.Count % 3 == 0 && data.Count is > 0 and <= 3 * 256 ? data : throw Refuse($"Its palette has {data.Count} bytes.");
                break;
            case "tRNS":
                _transparency = data;
                break;
            case "IDAT":
                _data.Add(data);
                break;
            default:
                // A chunk whose name begins with a capital must be understood.
                if (char.IsAsciiLetterUpper(kind[0]))
                {
                    throw Refuse($"It has a chunk '{MapText.Short(kind)}', which is not known.");
                }

                break;
        }
    }

    private MapException Refuse(string reason) => new(_file, "", "", reason);
}
