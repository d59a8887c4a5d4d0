using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>A mesh as seen from above: what lies on a polygon, and what of a step stays on the mesh. All edges of a polygon at once.</summary>
internal readonly struct MeshSurface(NavMesh mesh)
{
    // A step is taken in pieces of so many voxels, so that none leads round the end of a wall.
    private const float PieceVoxels = 2;
    private const int PiecesMax = 256;

    // Rounding must not hide the edge that a step ends on.
    private const float Slack = 1e-3f;

    /// <summary>Goes towards a point and along the borders that are in the way.</summary>
    /// <param name="from">On the mesh.</param>
    public MeshPoint Move(MeshPoint from, float toX, float toZ)
    {
        (int polygon, float x, float z) = (from.Polygon, from.Position.X, from.Position.Z);
        (polygon, x, z) = Move(polygon, x, z, toX, toZ);
        return new MeshPoint(polygon, new Vec3(x, mesh.SurfaceAt(polygon, x, z), z));
    }

    /// <inheritdoc cref="Move(MeshPoint, float, float)"/>
    public (int Polygon, float X, float Z) Move(int polygon, float x, float z, float toX, float toZ)
    {
        if (Contains(polygon, toX, toZ))
        {
            return (polygon, toX, toZ);
        }

        (float wayX, float wayZ) = (toX - x, toZ - z);
        float length = MathF.Sqrt((wayX * wayX) + (wayZ * wayZ));
        int pieces = (int)Math.Clamp(MathF.Ceiling(length / (PieceVoxels * mesh.Ground.Scale.X)), 1, PiecesMax);
        bool isStraight = true;
        for (int i = 1; i <= pieces; i++)
        {
            (float nextX, float nextZ) = isStraight && i == pieces ? (toX, toZ) : (x + (wayX / pieces), z + (wayZ / pieces));
            (polygon, x, z) = Slide(polygon, x, z, nextX, nextZ);
            isStraight &= x == nextX && z == nextZ;
        }

        return (polygon, x, z);
    }

    /// <summary>The polygon's edges that come so near to a point, a bit each.</summary>
    public uint EdgesWithin(int polygon, float x, float z, float distanceSquared)
    {
        uint near = Vector256.LessThanOrEqual(ToEdges(polygon, x, z, out _, out _), Vector256.Create(distanceSquared)).ExtractMostSignificantBits();
        return near & ((1u << mesh.CornerCounts[polygon]) - 1);
    }

    // Of all that can be walked to within the step's disc, the point nearest to where it leads: straight against a wall that is nowhere, aslant along it.
    private (int Polygon, float X, float Z) Slide(int polygon, float x, float z, float toX, float toZ)
    {
        if (Contains(polygon, toX, toZ))
        {
            return (polygon, toX, toZ);
        }

        (float halfX, float halfZ) = ((toX - x) * 0.5f, (toZ - z) * 0.5f);
        float radius = MathF.Sqrt((halfX * halfX) + (halfZ * halfZ)) + Slack;
        Span<int> room = stackalloc int[MeshSurroundings.CountMax];
        MeshSurroundings around = new(mesh, polygon, x + halfX, z + halfZ, radius, room);
        float least = float.MaxValue;
        (int bestPolygon, float bestX, float bestZ) = (polygon, x, z);
        while (least > 0 && around.MoveNext())
        {
            (float nearX, float nearZ) = Closest(around.Polygon, toX, toZ, out float distance);
            (least, bestPolygon, bestX, bestZ) = distance < least ? (distance, around.Polygon, nearX, nearZ) : (least, bestPolygon, bestX, bestZ);
        }

        return (bestPolygon, bestX, bestZ);
    }

    private bool Contains(int polygon, float x, float z)
    {
        ref float edges = ref EdgesOf(polygon);
        Vector256<float> fromX = Vector256.Create(x) - Part(ref edges, 0);
        Vector256<float> fromZ = Vector256.Create(z) - Part(ref edges, 2);
        return Vector256.GreaterThanOrEqualAll((Part(ref edges, 3) * fromZ) - (Part(ref edges, 5) * fromX), Vector256<float>.Zero);
    }

    // The point itself where the polygon has it, at a distance of 0, else the nearest of its edges.
    private (float X, float Z) Closest(int polygon, float x, float z, out float distanceSquared)
    {
        distanceSquared = 0;
        if (Contains(polygon, x, z))
        {
            return (x, z);
        }

        Vector256<float> distances = ToEdges(polygon, x, z, out Vector256<float> leftX, out Vector256<float> leftZ);
        int edge = 0;
        for (int i = 1; i < mesh.CornerCounts[polygon]; i++)
        {
            edge = distances[i] < distances[edge] ? i : edge;
        }

        distanceSquared = distances[edge];
        return (x - leftX[edge], z - leftZ[edge]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> ToEdges(int polygon, float x, float z, out Vector256<float> leftX, out Vector256<float> leftZ)
    {
        ref float edges = ref EdgesOf(polygon);
        Vector256<float> fromX = Vector256.Create(x) - Part(ref edges, 0);
        Vector256<float> fromZ = Vector256.Create(z) - Part(ref edges, 2);
        Vector256<float> wayX = Part(ref edges, 3);
        Vector256<float> wayZ = Part(ref edges, 5);
        Vector256<float> share = ((fromX * wayX) + (fromZ * wayZ)) / ((wayX * wayX) + (wayZ * wayZ));
        share = WideMath.Min(WideMath.Max(share, Vector256<float>.Zero), Vector256<float>.One);
        leftX = fromX - (wayX * share);
        leftZ = fromZ - (wayZ * share);
        return (leftX * leftX) + (leftZ * leftZ);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref float EdgesOf(int polygon) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(mesh.Edges), polygon * NavMesh.EdgeFloats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Part(ref float edges, int part) => Vector256.LoadUnsafe(ref edges, (nuint)(part * WideMath.Lanes));
}
