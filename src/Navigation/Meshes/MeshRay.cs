using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>Goes straight along a mesh, as seen from above, from polygon to polygon.</summary>
internal readonly struct MeshRay(NavMesh mesh)
{
    /// <param name="hit">Where it ends: at a wall, or at the goal.</param>
    /// <returns>True if a wall was hit.</returns>
    public bool Cast(MeshPoint from, Vec3 to, out MeshPoint hit)
    {
        int polygon = from.Polygon;
        int before = NavMesh.NoNeighbour;
        Vec3 start = from.Position;
        float dx = to.X - start.X;
        float dz = to.Z - start.Z;
        for (int steps = 0; steps <= mesh.PolygonCount; steps++)
        {
            float leave = 1;
            int edge = -1;
            int count = mesh.CornerCounts[polygon];
            Vec3 a = mesh.Corner(polygon, count - 1);
            for (int i = 0; i < count; i++)
            {
                Vec3 b = mesh.Corner(polygon, i);
                float inside = ((b.X - a.X) * (start.Z - a.Z)) - ((b.Z - a.Z) * (start.X - a.X));
                float change = ((b.X - a.X) * dz) - ((b.Z - a.Z) * dx);
                if (change < 0)
                {
                    float t = Math.Max(inside, 0) / -change;
                    int side = i == 0 ? count - 1 : i - 1;
                    if (t < leave || (t == leave && edge >= 0 && t < 1 && !LeadsTo(polygon, side, before)))
                    {
                        (leave, edge) = (t, side);
                    }
                }

                a = b;
            }

            if (edge < 0)
            {
                hit = new MeshPoint(polygon, new Vec3(to.X, mesh.SurfaceAt(polygon, to.X, to.Z), to.Z));
                return false;
            }

            (float x, float z) = (start.X + (dx * leave), start.Z + (dz * leave));
            int next = Beyond(polygon, edge, x, z);
            if (next == NavMesh.NoNeighbour)
            {
                hit = new MeshPoint(polygon, new Vec3(x, mesh.SurfaceAt(polygon, x, z), z));
                return true;
            }

            (before, polygon) = (polygon, next);
        }

        hit = from;
        return true;
    }

    private bool LeadsTo(int polygon, int edge, int other)
    {
        int neighbour = mesh.Neighbours[(polygon * NavMesh.CornersMax) + edge];
        if (neighbour >= NavMesh.NoNeighbour)
        {
            return neighbour == other && other != NavMesh.NoNeighbour;
        }

        foreach (MeshPortal portal in mesh.Portals.GroupOf(neighbour))
        {
            if (portal.Polygon == other)
            {
                return true;
            }
        }

        return false;
    }

    // The polygon beyond a point of an edge.
    private int Beyond(int polygon, int edge, float x, float z)
    {
        int neighbour = mesh.Neighbours[(polygon * NavMesh.CornersMax) + edge];
        if (neighbour >= NavMesh.NoNeighbour)
        {
            return neighbour;
        }

        foreach (MeshPortal portal in mesh.Portals.GroupOf(neighbour))
        {
            float wayX = portal.To.X - portal.From.X;
            float wayZ = portal.To.Z - portal.From.Z;
            float along = ((x - portal.From.X) * wayX) + ((z - portal.From.Z) * wayZ);
            if (along >= 0 && along <= (wayX * wayX) + (wayZ * wayZ))
            {
                return portal.Polygon;
            }
        }

        return NavMesh.NoNeighbour;
    }
}
