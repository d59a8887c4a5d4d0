using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>
/// A convex polyhedron, made by <see cref="HullBuilder"/>. Never changes, so any number of sets and worlds may share it.
/// Vertices and face planes lie part by part in arrays, filled up to eights, for vectors.
/// </summary>
public sealed class ConvexHull
{
    private const int Lanes = 8;
    private readonly float[] _x;
    private readonly float[] _y;
    private readonly float[] _z;
    private readonly float[] _normalX;
    private readonly float[] _normalY;
    private readonly float[] _normalZ;
    private readonly float[] _offset;
    private readonly int[] _faceStarts;
    private readonly byte[] _faceVertices;

    internal ConvexHull(ReadOnlySpan<Vec3> vertices, ReadOnlySpan<Vec3> normals, int[] faceStarts, byte[] faceVertices)
    {
        VertexCount = vertices.Length;
        FaceCount = normals.Length;
        int paddedVertices = (VertexCount + Lanes - 1) / Lanes * Lanes, paddedFaces = (FaceCount + Lanes - 1) / Lanes * Lanes;
        (_x, _y, _z) = (new float[paddedVertices], new float[paddedVertices], new float[paddedVertices]);
        (_normalX, _normalY, _normalZ, _offset) = (new float[paddedFaces], new float[paddedFaces], new float[paddedFaces], new float[paddedFaces]);
        (_faceStarts, _faceVertices) = (faceStarts, faceVertices);
        Vec3 low = vertices[0], high = vertices[0];
        float radius = 0;
        for (int i = 0; i < paddedVertices; i++)
        {
            // Repeats of the first never win against it: the lower index does.
            Vec3 v = vertices[i < VertexCount ? i : 0];
            (_x[i], _y[i], _z[i]) = (v.X, v.Y, v.Z);
            (low, high, radius) = (Vec3.Min(low, v), Vec3.Max(high, v), Math.Max(radius, v.LengthSquared));
        }

        for (int i = 0; i < paddedFaces; i++)
        {
            int face = i < FaceCount ? i : 0;
            Vec3 n = normals[face];
            (_normalX[i], _normalY[i], _normalZ[i]) = (n.X, n.Y, n.Z);
            _offset[i] = float.NegativeInfinity;
            foreach (byte vertex in FaceVertices(face))
            {
                _offset[i] = Math.Max(_offset[i], Vec3.Dot(n, vertices[vertex]));
            }
        }

        Bounds = new Aabb(low, high);
        BoundingRadius = MathF.Sqrt(radius);
    }

    public int VertexCount { get; }

    public int FaceCount { get; }

    /// <summary>In the hull's own frame.</summary>
    public Aabb Bounds { get; }

    /// <summary>Of the ball round the origin that holds the hull.</summary>
    public float BoundingRadius { get; }

    public Vec3 Vertex(int index) => new(_x[index], _y[index], _z[index]);

    /// <summary>Of length one, outward.</summary>
    public Vec3 FaceNormal(int face) => new(_normalX[face], _normalY[face], _normalZ[face]);

    /// <summary>The face's plane is where the product with its normal is this.</summary>
    public float FaceOffset(int face) => _offset[face];

    /// <summary>The numbers of a face's vertices, counter-clockwise seen from outside.</summary>
    public ReadOnlySpan<byte> FaceVertices(int face) => _faceVertices.AsSpan(_faceStarts[face], _faceStarts[face + 1] - _faceStarts[face]);

    internal Vec3 Support(Vec3 d, out int vertex)
    {
        vertex = Largest(_x, _y, _z, d);
        return new Vec3(_x[vertex], _y[vertex], _z[vertex]);
    }

    internal int Face(Vec3 d, Span<Vec3> corners, out uint face)
    {
        int best = Largest(_normalX, _normalY, _normalZ, d);
        face = (uint)best;
        ReadOnlySpan<byte> loop = FaceVertices(best);
        for (int i = 0; i < loop.Length; i++)
        {
            corners[i] = Vertex(loop[i]);
        }

        return loop.Length;
    }

    /// <summary>The tight box of the hull, turned by a rotation.</summary>
    internal Aabb TurnedBounds(in Mat3 rotation)
    {
        Mat3 rows = rotation.Transposed();
        (float lowX, float highX) = Range(rows.X);
        (float lowY, float highY) = Range(rows.Y);
        (float lowZ, float highZ) = Range(rows.Z);
        return new Aabb(new Vec3(lowX, lowY, lowZ), new Vec3(highX, highY, highZ));
    }

    private (float Low, float High) Range(Vec3 d)
    {
        int high = Largest(_x, _y, _z, d), low = Largest(_x, _y, _z, -d);
        return (Vec3.Dot(Vertex(low), d), Vec3.Dot(Vertex(high), d));
    }

    /// <summary>The face whose plane a point is farthest out of, or least deep under; and how far.</summary>
    internal int NearestFace(Vec3 point, out float distance)
    {
        int best = 0;
        distance = float.NegativeInfinity;
        for (int i = 0; i < FaceCount; i++)
        {
            float d = Vec3.Dot(FaceNormal(i), point) - _offset[i];
            (best, distance) = d > distance ? (i, d) : (best, distance);
        }

        return best;
    }

    /// <summary>The place of the largest product with a direction, the lowest of equals.</summary>
    private static int Largest(float[] x, float[] y, float[] z, Vec3 d)
    {
        Vector256<float> dx = Vector256.Create(d.X), dy = Vector256.Create(d.Y), dz = Vector256.Create(d.Z);
        Vector256<float> best = Vector256.Create(float.NegativeInfinity);
        Vector256<int> place = Vector256<int>.Zero, now = Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7);
        for (int i = 0; i < x.Length; i += Lanes)
        {
            Vector256<float> dot = (Vector256.LoadUnsafe(ref x[i]) * dx) + (Vector256.LoadUnsafe(ref y[i]) * dy) + (Vector256.LoadUnsafe(ref z[i]) * dz);
            Vector256<float> better = Vector256.GreaterThan(dot, best);
            best = Vector256.ConditionalSelect(better, dot, best);
            place = Vector256.ConditionalSelect(better.AsInt32(), now, place);
            now += Vector256.Create(Lanes);
        }

        // Fold halves onto each other; of equals the lower place stays.
        float largest = best[0];
        int found = place[0];
        for (int lane = 1; lane < Lanes; lane++)
        {
            float value = best.GetElement(lane);
            int index = place.GetElement(lane);
            if (value > largest || (value == largest && index < found))
            {
                (largest, found) = (value, index);
            }
        }

        return found;
    }
}
