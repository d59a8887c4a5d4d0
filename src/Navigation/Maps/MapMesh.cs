using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>
/// The triangles of a map that was made from a mesh, in world units: x to the right, y up, z along the map's rows. What a static mesh of the physics is made of.
/// </summary>
public sealed class MapMesh
{
    private readonly Vec3[] _vertices;
    private readonly int[] _indices;

    internal MapMesh(Vec3[] vertices, int[] indices)
    {
        _vertices = vertices;
        _indices = indices;
    }

    public ReadOnlySpan<Vec3> Vertices => _vertices;

    /// <summary>Three to a triangle, counter-clockwise as seen from its front.</summary>
    public ReadOnlySpan<int> Indices => _indices;

    public int TriangleCount => _indices.Length / 3;
}
