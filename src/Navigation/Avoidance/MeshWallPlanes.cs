using System.Numerics;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Meshes;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>
/// Half planes that keep the middle of an agent on the mesh it walks on, whose borders keep the agent's radius from walls already. Off the end of a border there is
/// none: who passes a corner slides round it.
/// </summary>
internal static class MeshWallPlanes
{
    // Borders beyond this are looked at in a later tick; it bounds the work for fast agents.
    private const float ReachMax = 2f;

    // Rounding must not hold an agent back that passes the end of a border.
    private const float EndSlack = 0.01f;

    // An agent farther behind a border than this stands before another one.
    private const float BehindMax = 0.01f;

    public static void Add(NavMesh mesh, in AvoidanceAgent agent, float horizon, HalfPlanes planes)
    {
        float reach = Math.Min(agent.MaxSpeed * horizon, ReachMax);
        Span<int> room = stackalloc int[MeshSurroundings.CountMax];
        MeshSurroundings around = new(mesh, agent.Polygon, agent.Position.X, agent.Position.Y, reach, room);
        while (around.MoveNext())
        {
            for (uint left = around.NearEdges; left != 0; left &= left - 1)
            {
                int edge = BitOperations.TrailingZeroCount(left);
                if (planes.Count < Limits.AvoidanceWallsMax && TryFace(mesh, around.Polygon, edge, agent.Position, out Vec2 inwards, out float distance))
                {
                    planes.Add(HalfPlane.Facing(inwards, -distance / horizon));
                }
            }
        }
    }

    // Where the agent stands before a part of the edge that leads nowhere.
    private static bool TryFace(NavMesh mesh, int polygon, int edge, Vec2 at, out Vec2 inwards, out float distance)
    {
        (inwards, distance) = (default, 0);
        int beyond = mesh.Neighbours[(polygon * NavMesh.CornersMax) + edge];
        if (beyond >= 0)
        {
            return false;
        }

        Vec2 start = Flat(mesh.Corner(polygon, edge));
        Vec2 way = Flat(mesh.Corner(polygon, edge + 1 == mesh.CornerCounts[polygon] ? 0 : edge + 1)) - start;
        float length = way.Length;
        float along = Vec2.Dot(at - start, way);
        if (!(length > 0) || along <= EndSlack * length || along >= (length - EndSlack) * length)
        {
            return false;
        }

        if (beyond < NavMesh.NoNeighbour)
        {
            foreach (MeshPortal portal in mesh.Portals.GroupOf(beyond))
            {
                if (along >= Vec2.Dot(Flat(portal.From) - start, way) && along <= Vec2.Dot(Flat(portal.To) - start, way))
                {
                    return false;
                }
            }
        }

        inwards = way.Perpendicular / length;
        distance = Vec2.Dot(at - start, inwards);
        bool isBefore = distance >= -BehindMax;
        distance = Math.Max(distance, 0);
        return isBefore;
    }

    private static Vec2 Flat(Vec3 point) => new(point.X, point.Z);
}
