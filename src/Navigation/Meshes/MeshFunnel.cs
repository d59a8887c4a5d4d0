using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>The shortest way through a row of polygons, as seen from above.</summary>
internal readonly struct MeshFunnel(NavMesh mesh)
{
    /// <summary>Adds the corners of the way to the waypoints, the end included.</summary>
    /// <param name="polygons">Each a neighbour of the one before.</param>
    /// <returns>False if they did not fit.</returns>
    public bool Pull(ReadOnlySpan<int> polygons, Vec3 from, Vec3 end, Span<MeshWaypoint> waypoints, ref int count)
    {
        Vec3 apex = from;
        (Vec3 left, Vec3 right) = (from, from);
        (int leftAt, int rightAt) = (0, 0);
        int last = polygons.Length - 1;
        for (int i = 0; i <= last; i++)
        {
            (Vec3 nextLeft, Vec3 nextRight) = i == last ? (end, end) : Portal(polygons[i], polygons[i + 1]);
            if (Turn(apex, right, nextRight) >= 0)
            {
                if (apex == right || Turn(apex, left, nextRight) < 0)
                {
                    (right, rightAt) = (nextRight, i);
                }
                else
                {
                    if (!Write(left, waypoints, ref count))
                    {
                        return false;
                    }

                    (apex, i) = (left, leftAt);
                    (left, right, rightAt) = (apex, apex, leftAt);
                    continue;
                }
            }

            if (Turn(apex, left, nextLeft) <= 0)
            {
                if (apex == left || Turn(apex, right, nextLeft) > 0)
                {
                    (left, leftAt) = (nextLeft, i);
                }
                else
                {
                    if (!Write(right, waypoints, ref count))
                    {
                        return false;
                    }

                    (apex, i) = (right, rightAt);
                    (left, right, leftAt) = (apex, apex, rightAt);
                }
            }
        }

        return Write(end, waypoints, ref count);
    }

    private static bool Write(Vec3 point, Span<MeshWaypoint> waypoints, ref int count)
    {
        if (count > 0 && waypoints[count - 1].Position == point && waypoints[count - 1].Link < 0)
        {
            return true;
        }

        if (count == waypoints.Length)
        {
            return false;
        }

        waypoints[count++] = new MeshWaypoint(point, -1);
        return true;
    }

    // As seen from above: above 0 where c lies a turn from x towards z away from b.
    private static float Turn(Vec3 a, Vec3 b, Vec3 c) => ((b.X - a.X) * (c.Z - a.Z)) - ((b.Z - a.Z) * (c.X - a.X));

    // The shared edge, or the part of it that is shared, as one sees it who goes through.
    private (Vec3 Left, Vec3 Right) Portal(int polygon, int next)
    {
        int count = mesh.CornerCounts[polygon];
        for (int i = 0; i < count; i++)
        {
            int neighbour = mesh.Neighbours[(polygon * NavMesh.CornersMax) + i];
            if (neighbour == next)
            {
                return (mesh.Corner(polygon, i + 1 == count ? 0 : i + 1), mesh.Corner(polygon, i));
            }

            if (neighbour < NavMesh.NoNeighbour)
            {
                foreach (MeshPortal portal in mesh.Portals.GroupOf(neighbour))
                {
                    if (portal.Polygon == next)
                    {
                        return (portal.To, portal.From);
                    }
                }
            }
        }

        throw new InvalidOperationException($"Polygons {polygon} and {next} follow each other on a path without a shared edge.");
    }
}
