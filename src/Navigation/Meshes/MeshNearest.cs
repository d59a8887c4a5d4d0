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

        float least = float.MaxValue;
        MeshSquares squares = mesh.Squares;
        (int left, int top) = squares.At(point.X - reach.X, point.Z - reach.Z);
        (int right, int bottom) = squares.At(point.X + reach.X, point.Z + reach.Z);
        for (int row = top; row <= bottom; row++)
        {
            for (int column = left; column <= right; column++)
            {
                foreach (int polygon in squares.PolygonsIn(column, row))
                {
                    // One that lies in several squares is looked at in the first of them.
                    (int firstColumn, int firstRow) = squares.First[polygon];
                    if (column != Math.Max(firstColumn, left) || row != Math.Max(firstRow, top))
                    {
                        continue;
                    }

                    // From the box round it no point of a polygon is nearer than the box itself.
                    Vec3 outside = Vec3.Max(Vec3.Max(mesh.Lows[polygon] - point, point - mesh.Highs[polygon]), Vec3.Zero);
                    if (outside.LengthSquared > least || outside.X > reach.X || outside.Y > reach.Y || outside.Z > reach.Z)
                    {
                        continue;
                    }

                    Vec3 closest = ClosestOn(polygon, point);
                    float distance = (closest - point).LengthSquared;
                    if (distance < least || (distance == least && polygon < nearest.Polygon))
                    {
                        (least, nearest) = (distance, new MeshPoint(polygon, closest));
                    }
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Part(ref float edges, int part) => Vector256.LoadUnsafe(ref edges, (nuint)(part * WideMath.Lanes));
}
