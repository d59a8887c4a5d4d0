using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>Looks for the point of a mesh that is nearest to a point: all edges of a polygon at once.</summary>
internal readonly struct MeshNearest(NavMesh mesh)
{
    /// <param name="reach">How far away along each axis ground may be.</param>
    public bool TryFind(Vec3 point, Vec3 reach, out MeshPoint nearest)
    {
        nearest = default;
        if (!point.IsFinite || !reach.IsFinite)
        {
            return false;
        }

        // From box to box, the nearest first: from the box round it no point of a polygon is nearer than the box itself.
        float least = float.MaxValue;
        BoxTree boxes = mesh.Boxes;
        Span<int> nodes = stackalloc int[BoxTree.LevelsMax];
        Span<float> distances = stackalloc float[BoxTree.LevelsMax * WideMath.Lanes];
        int level = boxes.Levels - 1;
        boxes.DistancesSquared(level, 0, point, reach).CopyTo(distances[(level * WideMath.Lanes)..]);
        while (level < boxes.Levels)
        {
            int lane = TakeNearest(distances.Slice(level * WideMath.Lanes, WideMath.Lanes), least);
            if (lane < 0)
            {
                level++;
            }
            else if (level > 0)
            {
                int child = (nodes[level] * WideMath.Lanes) + lane;
                nodes[--level] = child;
                boxes.DistancesSquared(level, child, point, reach).CopyTo(distances[(level * WideMath.Lanes)..]);
            }
            else
            {
                int polygon = boxes.ItemAt(nodes[0], lane);
                Vec3 closest = ClosestOn(polygon, point);
                float distance = (closest - point).LengthSquared;
                if (distance < least || (distance == least && polygon < nearest.Polygon))
                {
                    (least, nearest) = (distance, new MeshPoint(polygon, closest));
                }
            }
        }

        Vec3 offset = nearest.Position - point;
        return least < float.MaxValue && MathF.Abs(offset.X) <= reach.X && MathF.Abs(offset.Y) <= reach.Y && MathF.Abs(offset.Z) <= reach.Z;
    }

    /// <summary>The point of a polygon nearest to a point: straight above or below it, else on an edge.</summary>
    public Vec3 ClosestOn(int polygon, Vec3 point)
    {
        ref float edges = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(mesh.Edges), polygon * NavMesh.EdgeFloats);
        Vector256<float> fromX = Vector256.Create(point.X) - Part(ref edges, 0);
        Vector256<float> fromZ = Vector256.Create(point.Z) - Part(ref edges, 2);
        Vector256<float> wayX = Part(ref edges, 3);
        Vector256<float> wayZ = Part(ref edges, 5);
        if (Vector256.GreaterThanOrEqualAll((wayX * fromZ) - (wayZ * fromX), Vector256<float>.Zero))
        {
            return new Vec3(point.X, mesh.SurfaceAt(polygon, point.X, point.Z), point.Z);
        }

        Vector256<float> fromY = Vector256.Create(point.Y) - Part(ref edges, 1);
        Vector256<float> wayY = Part(ref edges, 4);
        Vector256<float> share = ((fromX * wayX) + (fromZ * wayZ)) / ((wayX * wayX) + (wayZ * wayZ));
        share = WideMath.Min(WideMath.Max(share, Vector256<float>.Zero), Vector256<float>.One);
        Vector256<float> leftX = fromX - (wayX * share);
        Vector256<float> leftY = fromY - (wayY * share);
        Vector256<float> leftZ = fromZ - (wayZ * share);
        Vector256<float> distance = (leftX * leftX) + (leftY * leftY) + (leftZ * leftZ);
        int edge = 0;
        for (int i = 1; i < mesh.CornerCounts[polygon]; i++)
        {
            edge = distance[i] < distance[edge] ? i : edge;
        }

        return point - new Vec3(leftX[edge], leftY[edge], leftZ[edge]);
    }

    // The lane of the least distance that is at most so large, which is then taken out; -1 if there is none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TakeNearest(Span<float> distances, float most)
    {
        uint left = Vector256.LessThanOrEqual(Vector256.Create<float>(distances), Vector256.Create(most)).ExtractMostSignificantBits();
        if (left == 0)
        {
            return -1;
        }

        int nearest = BitOperations.TrailingZeroCount(left);
        for (left &= left - 1; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            nearest = distances[lane] < distances[nearest] ? lane : nearest;
        }

        distances[nearest] = float.PositiveInfinity;
        return nearest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Part(ref float edges, int part) => Vector256.LoadUnsafe(ref edges, (nuint)(part * WideMath.Lanes));
}
