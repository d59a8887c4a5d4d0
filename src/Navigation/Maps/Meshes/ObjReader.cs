using System.Buffers.Text;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Meshes;

/// <summary>
/// Reads the vertices and faces of Wavefront OBJ files. Faces of more than three corners are cut into fans; materials, normals, textures, groups, lines and curves
/// are passed over.
/// </summary>
internal sealed class ObjReader
{
    private readonly MeshParts _mesh;
    private readonly int[] _corners = new int[Limits.MeshFaceCornersMax];
    private int _line;

    private ObjReader(string file)
    {
        _mesh = new MeshParts(file);
    }

    /// <exception cref="MapException">The file is refused.</exception>
    public static MeshParts Read(string file, ReadOnlySpan<byte> content)
    {
        ObjReader reader = new(file);
        while (content.Length > 0)
        {
            reader.ReadLine(NextLine(ref content, ref reader._line));
        }

        return reader._mesh;
    }

    // A line that ends with a backslash goes on in the next; those are rare, and only faces have them.
    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> content, ref int line)
    {
        int length = 0;
        while (true)
        {
            line++;
            int end = content[length..].IndexOf((byte)'\n');
            length = end < 0 ? content.Length : length + end + 1;
            ReadOnlySpan<byte> found = content[..length].TrimEnd("\r\n"u8);
            if (end < 0 || !found.EndsWith("\\"u8))
            {
                content = content[length..];
                return found;
            }
        }
    }

    private void ReadLine(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> kind = Word(ref line);
        if (kind.SequenceEqual("v"u8))
        {
            _mesh.AddVertex(new Vec3(Number(ref line), Number(ref line), Number(ref line)), Place);
        }
        else if (kind.SequenceEqual("f"u8))
        {
            ReadFace(line);
        }
    }

    private void ReadFace(ReadOnlySpan<byte> line)
    {
        int count = 0;
        for (ReadOnlySpan<byte> corner = Word(ref line); !corner.IsEmpty; corner = Word(ref line))
        {
            if (count == _corners.Length)
            {
                throw Refuse($"A face has more than {_corners.Length} corners.");
            }

            _corners[count++] = Vertex(corner);
        }

        if (count < 3)
        {
            throw Refuse($"A face has {count} corners.");
        }

        for (int i = 2; i < count; i++)
        {
            _mesh.AddTriangle(_corners[0], _corners[i - 1], _corners[i], Place);
        }
    }

    // A corner is vertex/texture/normal; vertices are counted from 1, or backwards from the last one so far.
    private int Vertex(ReadOnlySpan<byte> corner)
    {
        bool isNumber = Utf8Parser.TryParse(corner, out int number, out int used) && (used == corner.Length || corner[used] == '/');
        long index = number > 0 ? number - 1L : _mesh.VertexCount + (long)number;
        return isNumber && number != 0 && index >= 0 && index < _mesh.VertexCount
            ? (int)index
            : throw Refuse($"A face names the vertex '{MapText.Short(System.Text.Encoding.Latin1.GetString(corner[..Math.Min(corner.Length, 50)]))}'; {_mesh.VertexCount} come before it.");
    }

    private float Number(ref ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> word = Word(ref line);
        return Utf8Parser.TryParse(word, out float value, out int used) && used == word.Length
            ? value
            : throw Refuse($"'{MapText.Short(System.Text.Encoding.Latin1.GetString(word[..Math.Min(word.Length, 50)]))}' stands where a coordinate is expected.");
    }

    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> rest = line.TrimStart(" \t\r\n\\"u8);
        int end = rest.IndexOfAny(" \t\r\n\\"u8);
        line = end < 0 ? [] : rest[end..];
        return end < 0 ? rest : rest[..end];
    }

    private string Place() => $"line {_line}";

    private MapException Refuse(string reason) => new(_mesh.File, "", Place(), reason);
}
