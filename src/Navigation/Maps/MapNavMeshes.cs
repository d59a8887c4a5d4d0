using RealtimeServer.Navigation.Meshes;

namespace RealtimeServer.Navigation.Maps;

/// <summary>
/// The navigation meshes of a map's triangles, and of what stands on them, each made once for all matches. Thread-safe: matches of several workers share a map.
/// </summary>
internal sealed class MapNavMeshes(MapMesh mesh, IReadOnlyList<MapSolid> solids)
{
    // One that is to close what lies under it leaves no room there.
    private readonly MeshPrism[] _prisms =
    [
        .. solids.Where(solid => solid.Walkable != true)
            .SelectMany(solid => solid.Parts.Select(part => new MeshPrism(part, solid.Walkable == false ? float.MinValue : solid.Foot, solid.Top))),
    ];

    private readonly List<(NavMeshSettings Settings, Lazy<NavMesh> Mesh)> _made = [];

    public NavMesh For(NavMeshSettings settings)
    {
        Lazy<NavMesh>? found;
        lock (_made)
        {
            found = _made.FirstOrDefault(made => made.Settings == settings).Mesh;
            if (found is null)
            {
                // Those who have the oldest keep it.
                if (_made.Count == Limits.MapNavMeshesMax)
                {
                    _made.RemoveAt(0);
                }

                found = new Lazy<NavMesh>(() => Create(settings));
                _made.Add((settings, found));
            }
        }

        return found.Value;
    }

    /// <summary>One that is not kept.</summary>
    public NavMesh Create(NavMeshSettings settings) => NavMeshBuilder.FromTriangles(mesh.Vertices, mesh.Indices, settings, _prisms);
}
