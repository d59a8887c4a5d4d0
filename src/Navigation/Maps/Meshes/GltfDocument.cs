using RealtimeServer.Navigation.Maps.Json;

namespace RealtimeServer.Navigation.Maps.Meshes;

/// <summary>A node: a place in the scene.</summary>
internal sealed record GltfNode(string Name, GltfTransform Transform, int Mesh, IReadOnlyList<int> Children, IReadOnlyDictionary<string, string> Extras);

/// <summary>Triangles of one kind. What an accessor's number is -1 for is absent.</summary>
internal sealed record GltfPrimitive(int Position, int Indices, int Mode);

/// <summary>Numbers in a view of a buffer.</summary>
internal sealed record GltfAccessor
{
    public int View { get; set; } = -1;

    public int Offset { get; set; }

    public int Component { get; set; }

    public int Count { get; set; }

    public string Type { get; set; } = "";

    public bool IsNormalized { get; set; }

    /// <summary>Some of the numbers are told apart.</summary>
    public GltfSparse? Sparse { get; set; }
}

/// <summary>Numbers that replace others of an accessor.</summary>
internal sealed record GltfSparse(int Count, GltfAccessor Indices, GltfAccessor Values);

/// <summary>A part of a buffer.</summary>
internal sealed record GltfView(int Buffer, int Offset, int Length, int Stride);

/// <summary>Bytes: in a file, in the text itself, or (empty) in the binary chunk.</summary>
internal sealed record GltfBuffer(string Uri, ReadOnlyMemory<byte> Inline);

/// <summary>What of a glTF file's JSON says where its triangles are.</summary>
internal sealed class GltfDocument
{
    public List<GltfNode> Nodes { get; } = [];

    public List<List<GltfPrimitive>> Meshes { get; } = [];

    public List<GltfAccessor> Accessors { get; } = [];

    public List<GltfView> Views { get; } = [];

    public List<GltfBuffer> Buffers { get; } = [];

    public List<string> Required { get; } = [];

    /// <summary>The nodes of each scene.</summary>
    public List<List<int>> Scenes { get; } = [];

    public int Scene { get; set; } = -1;

    /// <exception cref="MapException">It is no such JSON.</exception>
    public static GltfDocument Read(string file, byte[] json, MapBudget budget) =>
        JsonPull.Read(file, json, (ref JsonPull pull) => GltfJson.Read(ref pull, budget));

    /// <summary>The nodes the scene begins with; without any scene, those that are nobody's children.</summary>
    public IReadOnlyList<int> Roots()
    {
        if (Scenes.Count > 0)
        {
            return Scenes[(uint)Scene < (uint)Scenes.Count ? Scene : 0];
        }

        HashSet<int> children = [.. Nodes.SelectMany(node => node.Children)];
        return [.. Enumerable.Range(0, Nodes.Count).Where(node => !children.Contains(node))];
    }
}
