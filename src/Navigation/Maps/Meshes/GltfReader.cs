using System.Buffers.Binary;

namespace RealtimeServer.Navigation.Maps.Meshes;

/// <summary>
/// Reads the triangles of glTF 2.0 files, as JSON or binary (GLB): all meshes of the scene, each where its nodes put it. Nodes with a class among their extras
/// become named
/// places. Positions may be quantized (KHR_mesh_quantization). Materials, skins and animations are passed over; what another extension stores otherwise is
/// refused by its name.
/// </summary>
internal sealed class GltfReader
{
    private const uint GlbMagic = 0x46546C67;
    private const uint JsonChunk = 0x4E4F534A;
    private const uint BinaryChunk = 0x004E4942;
    private const int Triangles = 4;
    private const int Strip = 5;
    private const int Fan = 6;

    private readonly GltfDocument _document;
    private readonly GltfBuffers _buffers;
    private readonly MeshParts _mesh;
    private int _nodesRead;

    private GltfReader(string file, GltfDocument document, GltfBuffers buffers)
    {
        _mesh = new MeshParts(file);
        _document = document;
        _buffers = buffers;
    }

    /// <exception cref="MapException">The file is refused.</exception>
    public static MeshParts Read(string file, byte[] content, MapFiles files)
    {
        byte[] json = content;
        ReadOnlyMemory<byte> binary = default;
        if (content.Length >= 12 && BinaryPrimitives.ReadUInt32LittleEndian(content) == GlbMagic)
        {
            (json, binary) = Open(file, content);
        }

        GltfDocument document = GltfDocument.Read(file, json, files.Budget);
        GltfReader reader = new(file, document, new GltfBuffers(file, document, binary, files));
        reader.ReadScene();
        return reader._mesh;
    }

    private static (byte[] Json, ReadOnlyMemory<byte> Binary) Open(string file, byte[] content)
    {
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(4));
        if (version != 2)
        {
            throw new MapException(file, "", "", $"The file is of version {version} of GLB; version 2 is read.");
        }

        byte[]? json = null;
        ReadOnlyMemory<byte> binary = default;
        for (int at = 12; at < content.Length;)
        {
            uint length = content.Length - at >= 8 ? BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(at)) : uint.MaxValue;
            if (length > content.Length - at - 8)
            {
                throw new MapException(file, "", $"byte {at}", "The file ends within a chunk.");
            }

            uint kind = BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(at + 4));
            ReadOnlyMemory<byte> chunk = content.AsMemory(at + 8, (int)length);
            json ??= kind == JsonChunk ? chunk.ToArray() : null;
            binary = binary.IsEmpty && kind == BinaryChunk ? chunk : binary;
            at += 8 + (int)length;
        }

        return (json ?? throw new MapException(file, "", "", "The file has no chunk of JSON."), binary);
    }

    private void ReadScene()
    {
        foreach (string extension in _document.Required)
        {
            // Quantized positions are numbers of other kinds; the scale is in the nodes.
            if (extension != "KHR_mesh_quantization")
            {
                throw Refuse("extensionsRequired", $"It needs the extension {MapText.Short(extension)}, which is not read; export without compression and extensions.");
            }
        }

        IReadOnlyList<int> roots = _document.Roots();
        foreach (int root in roots)
        {
            ReadNode(root, GltfTransform.Identity, 0);
        }

        if (_mesh.TriangleCount == 0)
        {
            throw Refuse("", "Its scene has no triangles.");
        }
    }

    private void ReadNode(int index, GltfTransform parent, int depth)
    {
        if ((uint)index >= (uint)_document.Nodes.Count)
        {
            throw Refuse("nodes", $"There is no node {index}.");
        }

        // A node that is its own descendant would never end.
        if (depth > Limits.MapDepthMax || ++_nodesRead > Limits.MeshNodesMax)
        {
            throw Refuse($"nodes[{index}]", $"Nodes lie more than {Limits.MapDepthMax} deep in each other, or are more than {Limits.MeshNodesMax}.");
        }

        GltfNode node = _document.Nodes[index];
        GltfTransform transform = parent.Then(node.Transform);
        if (node.Mesh >= 0)
        {
            ReadMesh(node.Mesh, transform);
        }
        else if (node.Extras.TryGetValue("class", out string? name))
        {
            _mesh.Places.Add(new MeshPlace(node.Name, name, transform.Apply(0, 0, 0), node.Extras));
        }

        foreach (int child in node.Children)
        {
            ReadNode(child, transform, depth + 1);
        }
    }

    private void ReadMesh(int index, GltfTransform transform)
    {
        if (index >= _document.Meshes.Count)
        {
            throw Refuse("meshes", $"There is no mesh {index}.");
        }

        for (int i = 0; i < _document.Meshes[index].Count; i++)
        {
            GltfPrimitive primitive = _document.Meshes[index][i];
            if (primitive.Mode is Triangles or Strip or Fan)
            {
                ReadPrimitive(primitive, transform, $"meshes[{index}].primitives[{i}]");
            }
        }
    }

    private void ReadPrimitive(GltfPrimitive primitive, GltfTransform transform, string place)
    {
        int first = _mesh.VertexCount;
        float[] positions = _buffers.Floats(primitive.Position, 3, place);
        for (int i = 0; i + 2 < positions.Length; i += 3)
        {
            _mesh.AddVertex(transform.Apply(positions[i], positions[i + 1], positions[i + 2]), () => place);
        }

        int count = positions.Length / 3;
        int[] indices = primitive.Indices >= 0 ? _buffers.Indices(primitive.Indices, count, place) : [.. Enumerable.Range(0, count)];
        int triangles = primitive.Mode == Triangles ? indices.Length / 3 : Math.Max(indices.Length - 2, 0);
        for (int i = 0; i < triangles; i++)
        {
            (int a, int b, int c) = primitive.Mode switch
            {
                Triangles => (3 * i, (3 * i) + 1, (3 * i) + 2),
                Strip => (i, i + 1 + (i & 1), i + 2 - (i & 1)),
                _ => (i + 1, i + 2, 0),
            };

            // Mirrored by its transform, a triangle shows its back: turn it over.
            (b, c) = transform.Mirrors ? (c, b) : (b, c);
            _mesh.AddTriangle(first + indices[a], first + indices[b], first + indices[c], () => place);
        }
    }

    private MapException Refuse(string place, string reason) => new(_mesh.File, "", place, reason);
}
