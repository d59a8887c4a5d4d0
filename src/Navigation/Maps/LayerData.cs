using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Compression;
using System.Text;

namespace RealtimeServer.Navigation.Maps;

/// <summary>Decodes the tile ids of a layer. Never unpacks more than the layer's size, however small the packed data is.</summary>
internal static class LayerData
{
    public static uint[] Read(MapValues values, MapNode layer, MapNode data, int width, int height)
    {
        string encoding = data.Get("encoding", layer.Get("encoding"));
        string compression = data.Get("compression", layer.Get("compression"));
        if (data.Child("chunk") is not null)
        {
            throw values.Refuse(layer, "It is stored in chunks, as infinite maps are; turn 'Infinite' off in the map's properties.");
        }

        return encoding switch
        {
            "csv" => ReadCsv(values, data.Text, width, height),
            "base64" => ReadBase64(values, layer, data.Text, compression, width, height),
            _ => throw values.Refuse(layer, $"The encoding '{MapValues.Short(encoding)}' is unknown; csv, base64 or plain XML are read."),
        };
    }

    private static uint[] ReadCsv(MapValues values, string text, int width, int height)
    {
        uint[] tiles = new uint[width * height];
        ReadOnlySpan<char> left = text.AsSpan().Trim();
        int count = 0;
        while (left.Length > 0)
        {
            int comma = left.IndexOf(',');
            ReadOnlySpan<char> number = (comma < 0 ? left : left[..comma]).Trim();
            left = comma < 0 ? [] : left[(comma + 1)..];
            if (number.IsEmpty && left.Trim().IsEmpty && comma >= 0)
            {
                break;
            }

            if (count == tiles.Length)
            {
                throw Size(values, $"more than {tiles.Length} tiles", width, height);
            }

            if (!uint.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out tiles[count]))
            {
                string shown = MapValues.Short(number.ToString());
                throw new MapException(values.File, values.Layer, At(count, width), $"'{shown}' is not a tile number.");
            }

            count++;
        }

        return count == tiles.Length ? tiles : throw Size(values, $"{count} tiles", width, height);
    }

    private static uint[] ReadBase64(MapValues values, MapNode layer, string text, string compression, int width, int height)
    {
        byte[] packed = Encoding.UTF8.GetBytes(text);
        if (Base64.DecodeFromUtf8InPlace(packed, out int length) != System.Buffers.OperationStatus.Done)
        {
            throw values.Refuse(layer, "Its data is not valid base64.");
        }

        byte[] raw = new byte[width * height * sizeof(uint)];
        using MemoryStream stream = new(packed, 0, length, writable: false);
        try
        {
            using Stream unpacked = compression switch
            {
                "" => stream,
                "zlib" => new ZLibStream(stream, CompressionMode.Decompress),
                "gzip" => new GZipStream(stream, CompressionMode.Decompress),
                "zstd" => throw values.Refuse(layer, "The compression zstd is not read; choose zlib or gzip as 'Tile Layer Format'."),
                _ => throw values.Refuse(layer, $"The compression '{MapValues.Short(compression)}' is unknown; zlib, gzip or none are read."),
            };
            int read = unpacked.ReadAtLeast(raw, raw.Length, throwOnEndOfStream: false);
            if (read < raw.Length)
            {
                throw Size(values, $"{read / sizeof(uint)} tiles", width, height);
            }

            if (unpacked.ReadByte() >= 0)
            {
                throw Size(values, $"more than {width * height} tiles", width, height);
            }
        }
        catch (InvalidDataException e)
        {
            throw new MapException(values.File, values.Layer, "", $"Its data cannot be unpacked as {compression}.", e);
        }

        uint[] tiles = new uint[width * height];
        for (int i = 0; i < tiles.Length; i++)
        {
            tiles[i] = BinaryPrimitives.ReadUInt32LittleEndian(raw.AsSpan(i * sizeof(uint)));
        }

        return tiles;
    }

    public static string At(int index, int width) => $"row {index / width}, column {index % width}";

    private static MapException Size(MapValues values, string found, int width, int height) =>
        new(values.File, values.Layer, "", $"The layer has {found}; {width} columns by {height} rows are {width * height}.");
}
