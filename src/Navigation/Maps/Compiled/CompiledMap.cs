using System.Buffers.Binary;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Compiled;

/// <summary>
/// The compiled form of a map, <c>.rmap</c>: one read, and nothing to parse. <c>"RMAP", u16 version = 2, u16 0, u32 length, u64 checksum of what follows</c>, then numbers
/// little-endian, texts as their length and UTF-8, and lists as their count and what is in them, in the order that <see cref="MapWriter"/> writes them.
/// </summary>
public static class CompiledMap
{
    /// <summary>The ending of the files.</summary>
    public const string Ending = ".rmap";

    internal const uint Magic = 0x50414D52;
    internal const ushort Version = 2;
    internal const int HeaderBytes = 20;

    /// <summary>A map as bytes. Reading them gives the same map, with the same <see cref="GameMap.Hash"/>.</summary>
    /// <exception cref="InvalidOperationException">It is larger than a map's file may be.</exception>
    public static byte[] Write(GameMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        StateWriter writer = new(Limits.MapFileBytesMax - HeaderBytes);
        new MapWriter(writer).Write(map);
        byte[] file = new byte[HeaderBytes + writer.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(file, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(8), (uint)writer.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(12), Checksum(writer.Written));
        writer.Written.CopyTo(file.AsSpan(HeaderBytes));
        return file;
    }

    /// <param name="file">For refusals; without its ending it is the map's name.</param>
    /// <exception cref="MapException">The file is no such map, is of another version, or is damaged.</exception>
    internal static GameMap Read(string file, ReadOnlySpan<byte> content, MapBudget budget)
    {
        if (content.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(content) != Magic)
        {
            throw new MapException(file, "", "", "This is no compiled map: it does not begin with 'RMAP'.");
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(content[4..]);
        if (version != Version || BinaryPrimitives.ReadUInt16LittleEndian(content[6..]) != 0)
        {
            throw new MapException(file, "", "", $"The map was compiled as version {version}; version {Version} is read. Compile it again.");
        }

        ReadOnlySpan<byte> body = content[HeaderBytes..];
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(content[8..]);
        if (length != body.Length || BinaryPrimitives.ReadUInt64LittleEndian(content[12..]) != Checksum(body))
        {
            throw new MapException(file, "", "", $"The file is damaged: it claims {length} bytes and has {body.Length}, or its checksum does not fit. Compile it again.");
        }

        try
        {
            return new MapReader(file, budget, body).Read();
        }
        catch (InvalidDataException e)
        {
            throw new MapException(file, "", "", e.Message, e);
        }
    }

    internal static ulong Checksum(ReadOnlySpan<byte> body)
    {
        StateHash hash = new(seed: Version);
        hash.Add(body);
        return hash.Value;
    }
}
