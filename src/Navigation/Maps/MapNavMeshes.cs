using RealtimeServer.Navigation.Meshes;

namespace RealtimeServer.Navigation.Maps;

/// <summary>The navigation meshes of a map's triangles, each made once for all matches. Thread-safe: matches of several workers share a map.</summary>
internal sealed class MapNavMeshes(MapMesh mesh)
{
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

                found = new Lazy<NavMesh>(() => NavMeshBuilder.FromTriangles(mesh.Vertices, mesh.Indices, settings));
                _made.Add((settings, found));
            }
        }

        return found.Value;
    }
}
