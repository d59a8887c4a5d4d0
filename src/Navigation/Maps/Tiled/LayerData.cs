using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using RealtimeServer.Navigation.Maps.Zstd;

namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>Decodes the tile ids of a layer or a chunk. Never unpacks more than its size, however small the packed data is.</summary>
internal static class LayerData
{
    /// <param name="data">Says how the tiles are encoded.</param>
    /// <param name="part">Holds them: the data itself, or a chunk of it.</param>
    public static uint[] Read(MapValues values, MapNode layer, MapNode data, MapNode part, int width, int height)
    {
        // A chunk of plain elements says so itself; all else stands at the data, or in JSON at the layer.
        string encoding = part.Get("encoding", data.Get("encoding", layer.Get("encoding")));
        string compression = data.Get("compression", layer.Get("compression"));
        ReadOnlyMemory<byte> text = part == data || part.Data.Length > 0 ? part.Data : part.Child("data")?.Data ?? default;
        if (part != data && part.Child("data") is { } inner)
        {
            encoding = inner.Get("encoding", encoding);
        }

        return encoding switch
        {
            "csv" => ReadCsv(values, text.Span, width, height),
            "base64" => ReadBase64(values, layer, text.Span, compression, width, height),
            "" when text.Span.Trim(" \t\r\n"u8).IsEmpty && part.Children.Count == 0 => throw Size(values, "0 tiles", width, height),
            _ => throw values.Refuse(layer, $"The encoding '{MapText.Short(encoding)}' is unknown; csv, base64 or plain XML are read."),
        };
    }

    private static uint[] ReadCsv(MapValues values, ReadOnlySpan<byte> text, int width, int height)
    {
        ReadOnlySpan<byte> left = text.Trim(" \t\r\n"u8);
        int commas = left.Count((byte)',');
        if (commas + 1 < width * height)
        {
            throw Size(values, $"{(left.IsEmpty ? 0 : commas + (left[^1] == ',' ? 0 : 1))} tiles", width, height);
        }

        uint[] tiles = new uint[width * height];
        int count = ReadPlain(ref left, tiles);
        while (left.Length > 0)
        {
            int comma = left.IndexOf((byte)',');
            ReadOnlySpan<byte> number = (comma < 0 ? left : left[..comma]).Trim(" \t\r\n"u8);
            left = comma < 0 ? [] : left[(comma + 1)..];
            if (number.IsEmpty && comma >= 0 && left.IsEmpty)
            {
                break;
            }

            if (count == tiles.Length)
            {
                throw Size(values, $"more than {tiles.Length} tiles", width, height);
            }

            if (!Utf8Parser.TryParse(number, out tiles[count], out int used) || used != number.Length)
            {
                string shown = MapText.Short(Encoding.UTF8.GetString(number[..Math.Min(number.Length, 100)]));
                throw new MapException(values.File, values.Layer, At(count, width), $"'{shown}' is not a tile number.");
            }

            count++;
        }

        return count == tiles.Length ? tiles : throw Size(values, $"{count} tiles", width, height);
    }

    /// <summary>Reads numbers as programs write them, each of few digits and with nothing but a line's end or a space beside it; stops before what is not so.</summary>
    private static int ReadPlain(ref ReadOnlySpan<byte> text, uint[] tiles)
    {
        const int DigitsMax = 9;
        int count = 0;
        int at = 0;
        for (int read = 0; count < tiles.Length; read = at)
        {
            while (read < text.Length && text[read] is (byte)' ' or (byte)'\n' or (byte)'\r')
            {
                read++;
            }

            uint number = 0;
            int first = read;
            for (; read < text.Length && (uint)(text[read] - '0') <= 9; read++)
            {
                number = (number * 10) + (uint)(text[read] - '0');
            }

            if (read == first || read - first > DigitsMax || read == text.Length || text[read] != ',')
            {
                break;
            }

            tiles[count++] = number;
            at = read + 1;
        }

        text = text[at..];
        return count;
    }

    private static uint[] ReadBase64(MapValues values, MapNode layer, ReadOnlySpan<byte> text, string compression, int width, int height)
    {
        ReadOnlySpan<byte> trimmed = text.Trim(" \t\r\n"u8);
        byte[] packed = new byte[Base64.GetMaxDecodedFromUtf8Length(trimmed.Length)];
        if (Base64.DecodeFromUtf8(trimmed, packed, out _, out int length) != OperationStatus.Done)
        {
            throw values.Refuse(layer, "Its data is not valid base64.");
        }

        // Nothing that is packed by deflate swells by more than this.
        const int DeflateSwellMax = 1032;
        int swell = compression switch { "" => 1, "zlib" or "gzip" => DeflateSwellMax, _ => int.MaxValue };
        if ((long)width * height * sizeof(uint) > (long)length * swell)
        {
            throw Size(values, compression.Length == 0 ? $"{length / sizeof(uint)} tiles" : "fewer tiles", width, height);
        }

        uint[] tiles = new uint[width * height];
        int read = Unpack(values, layer, packed.AsMemory(0, length), compression, MemoryMarshal.AsBytes(tiles.AsSpan()));
        if (read != tiles.Length * sizeof(uint))
        {
            throw Size(values, read < 0 ? $"more than {tiles.Length} tiles" : $"{read / sizeof(uint)} tiles", width, height);
        }

        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(tiles, tiles);
        }

        return tiles;
    }

    /// <returns>How many bytes there are, or -1 if more than fit.</returns>
    private static int Unpack(MapValues values, MapNode layer, ReadOnlyMemory<byte> packed, string compression, Span<byte> raw)
    {
        try
        {
            switch (compression)
            {
                case "":
                    packed.Span[..Math.Min(packed.Length, raw.Length)].CopyTo(raw);
                    return packed.Length <= raw.Length ? packed.Length : -1;
                case "zstd":
                    return ZstdDecoder.Decode(packed.Span, raw);
                case "zlib" or "gzip":
                    using (MemoryStream stream = new(packed.ToArray(), writable: false))
                    using (Stream unpacked = compression == "zlib" ? new ZLibStream(stream, CompressionMode.Decompress) : new GZipStream(stream, CompressionMode.Decompress))
                    {
                        int read = unpacked.ReadAtLeast(raw, raw.Length, throwOnEndOfStream: false);
                        return read == raw.Length && unpacked.ReadByte() >= 0 ? -1 : read;
                    }

                default:
                    throw values.Refuse(layer, $"The compression '{MapText.Short(compression)}' is unknown; zlib, gzip, zstd or none are read.");
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new MapException(values.File, values.Layer, "", $"Its data cannot be unpacked as {compression}: {e.Message}", e);
        }
    }

    public static string At(int index, int width) => $"row {index / width}, column {index % width}";

    private static MapException Size(MapValues values, string found, int width, int height) =>
        new(values.File, values.Layer, "", $"The layer has {found}; {width} columns by {height} rows are {width * height}.");
}
