using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace RealtimeServer.Navigation.Maps.Meshes;

/// <summary>Gives the numbers that accessors of a glTF file stand for; every one is checked to lie within its buffer.</summary>
internal sealed class GltfBuffers(string file, GltfDocument document, ReadOnlyMemory<byte> binary, MapFiles files)
{
    private readonly Dictionary<int, ReadOnlyMemory<byte>> _read = [];
    private long _numbers;

    /// <summary>All numbers of an accessor, one after another.</summary>
    /// <exception cref="MapException">They do not exist, or are of another kind.</exception>
    public float[] Floats(int index, int parts, string place)
    {
        GltfAccessor accessor = Accessor(index, place);
        float[] numbers = new float[Count(accessor, parts, place)];
        if (accessor.View >= 0)
        {
            Read(accessor, parts, numbers, place);
        }

        if (accessor.Sparse is { } sparse)
        {
            int[] at = new int[sparse.Count];
            ReadIndices(sparse.Indices, accessor.Count, at, place);
            float[] values = new float[Count(sparse.Values, parts, place)];
            Read(sparse.Values, parts, values, place);
            for (int i = 0; i < values.Length; i++)
            {
                numbers[(at[i / parts] * parts) + (i % parts)] = values[i];
            }
        }

        return numbers;
    }

    /// <summary>The numbers of vertices.</summary>
    /// <exception cref="MapException">They do not exist, or are beyond the vertices.</exception>
    public int[] Indices(int index, int vertices, string place)
    {
        GltfAccessor accessor = Accessor(index, place);
        int[] indices = new int[Count(accessor, 1, place)];
        ReadIndices(accessor, vertices, indices, place);
        return indices;
    }

    private void ReadIndices(GltfAccessor accessor, int limit, int[] indices, string place)
    {
        ReadOnlySpan<byte> bytes = Bytes(accessor, 1, place, out int size, out int stride);
        for (int i = 0; i < indices.Length; i++)
        {
            ReadOnlySpan<byte> at = bytes[(i * stride)..];
            uint value = (accessor.Component, size) switch
            {
                (5121, _) => at[0],
                (5123, _) => BinaryPrimitives.ReadUInt16LittleEndian(at),
                (5125, _) => BinaryPrimitives.ReadUInt32LittleEndian(at),
                _ => throw Refuse(place, $"Its indices are of the component type {accessor.Component}; 5121, 5123 and 5125 are read."),
            };
            indices[i] = value < limit ? (int)value : throw Refuse(place, $"Its index {i} is {value}, but there are {limit} vertices.");
        }
    }

    private void Read(GltfAccessor accessor, int parts, float[] numbers, string place)
    {
        ReadOnlySpan<byte> bytes = Bytes(accessor, parts, place, out int size, out int stride);
        for (int i = 0; i < numbers.Length; i++)
        {
            ReadOnlySpan<byte> at = bytes[((i / parts * stride) + (i % parts * size))..];
            numbers[i] = accessor.Component switch
            {
                5126 => BinaryPrimitives.ReadSingleLittleEndian(at),
                5120 => Scaled((sbyte)at[0], sbyte.MaxValue, accessor),
                5121 => Scaled(at[0], byte.MaxValue, accessor),
                5122 => Scaled(BinaryPrimitives.ReadInt16LittleEndian(at), short.MaxValue, accessor),
                5123 => Scaled(BinaryPrimitives.ReadUInt16LittleEndian(at), ushort.MaxValue, accessor),
                _ => throw Refuse(place, $"Its positions are of the component type {accessor.Component}, which is not read."),
            };
        }
    }

    private static float Scaled(int value, int greatest, GltfAccessor accessor) => accessor.IsNormalized ? Math.Max(value / (float)greatest, -1) : value;

    private ReadOnlySpan<byte> Bytes(GltfAccessor accessor, int parts, string place, out int size, out int stride)
    {
        size = accessor.Component switch { 5120 or 5121 => 1, 5122 or 5123 => 2, _ => 4 };
        if ((uint)accessor.View >= (uint)document.Views.Count)
        {
            throw Refuse(place, $"There is no buffer view {accessor.View}.");
        }

        GltfView view = document.Views[accessor.View];
        ReadOnlyMemory<byte> buffer = Buffer(view.Buffer, place);
        stride = view.Stride > 0 ? view.Stride : size * parts;
        long needed = accessor.Count == 0 ? 0 : ((accessor.Count - 1L) * stride) + (size * parts);
        if ((long)view.Offset + view.Length > buffer.Length || accessor.Offset + needed > view.Length)
        {
            throw Refuse(place, $"Its numbers lie beyond the end of their buffer: {needed} bytes from {accessor.Offset} in a view of {view.Length} at {view.Offset} of {buffer.Length}.");
        }

        return buffer.Span.Slice(view.Offset + accessor.Offset, (int)needed);
    }

    private GltfAccessor Accessor(int index, string place) =>
        (uint)index < (uint)document.Accessors.Count ? document.Accessors[index] : throw Refuse(place, $"There is no accessor {index}.");

    // Several primitives may share an accessor, and nodes a mesh: what they make is counted, not what the file has.
    private int Count(GltfAccessor accessor, int parts, string place)
    {
        string type = parts == 3 ? "VEC3" : "SCALAR";
        if (accessor.Type != type)
        {
            throw Refuse(place, $"Its accessor is of the type '{MapText.Short(accessor.Type)}'; {type} is expected.");
        }

        _numbers += (long)accessor.Count * parts;
        return _numbers <= Limits.MeshNumbersMax
            ? accessor.Count * parts
            : throw Refuse(place, $"The scene has more than {Limits.MeshNumbersMax} coordinates and indices.");
    }

    private ReadOnlyMemory<byte> Buffer(int index, string place)
    {
        if ((uint)index >= (uint)document.Buffers.Count)
        {
            throw Refuse(place, $"There is no buffer {index}.");
        }

        if (!_read.TryGetValue(index, out ReadOnlyMemory<byte> bytes))
        {
            GltfBuffer buffer = document.Buffers[index];
            bytes = buffer.Inline.Length > 0 ? Inline(buffer.Inline.Span, index)
                : buffer.Uri.Length == 0 ? binary
                : files.ReadNamed(file, $"buffers[{index}]", buffer.Uri, out _);
            _read.Add(index, bytes);
        }

        return bytes;
    }

    private byte[] Inline(ReadOnlySpan<byte> uri, int index)
    {
        int comma = uri.IndexOf((byte)',');
        ReadOnlySpan<byte> text = comma < 0 ? default : uri[(comma + 1)..];
        byte[] bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return comma >= 0 && uri[..comma].EndsWith(";base64"u8) && Base64.DecodeFromUtf8(text, bytes, out _, out int written) == OperationStatus.Done
            ? bytes[..written]
            : throw Refuse($"buffers[{index}]", "Its data is not valid base64.");
    }

    private MapException Refuse(string place, string reason) => new(file, "", place, reason);
}
