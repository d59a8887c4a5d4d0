using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Meshes;

/// <summary>The triangles of a mesh file while it is read, and the named places in it.</summary>
internal sealed class MeshParts(string file)
{
    private readonly List<Vec3> _vertices = [];
    private readonly List<int> _indices = [];

    public string File => file;

    public int VertexCount => _vertices.Count;

    public int TriangleCount => _indices.Count / 3;

    /// <summary>Places with a name and a class, in the mesh's own units.</summary>
    public List<MeshPlace> Places { get; } = [];

    public IReadOnlyList<Vec3> Vertices => _vertices;

    public IReadOnlyList<int> Indices => _indices;

    /// <exception cref="MapException">There are too many, or it is too far out.</exception>
    public void AddVertex(Vec3 vertex, Func<string> place)
    {
        if (!(MathF.Abs(vertex.X) <= Limits.MeshExtentMax && MathF.Abs(vertex.Y) <= Limits.MeshExtentMax && MathF.Abs(vertex.Z) <= Limits.MeshExtentMax))
        {
            throw new MapException(file, "", place(), $"The vertex {vertex} is not within {Limits.MeshExtentMax} of the origin.");
        }

        if (_vertices.Count == Limits.MeshVerticesMax)
        {
            throw new MapException(file, "", place(), $"The mesh has more than {Limits.MeshVerticesMax} vertices.");
        }

        _vertices.Add(vertex);
    }

    /// <param name="a">Index of a vertex that was added; so are the others.</param>
    /// <exception cref="MapException">There are too many.</exception>
    public void AddTriangle(int a, int b, int c, Func<string> place)
    {
        if (TriangleCount == Limits.MeshTrianglesMax)
        {
            throw new MapException(file, "", place(), $"The mesh has more than {Limits.MeshTrianglesMax} triangles.");
        }

        _indices.Add(a);
        _indices.Add(b);
        _indices.Add(c);
    }
}

/// <summary>A place that the mesh's author named.</summary>
internal sealed record MeshPlace(string Name, string Class, Vec3 Position, IReadOnlyDictionary<string, string> Properties);
