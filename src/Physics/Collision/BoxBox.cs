using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Collision;

/// <summary>
/// Box against box: the separating axis test over 15 axes (S. Gottschalk, OBBTree), three axes to a vector, in A's frame; then the face that
/// meets the reference face is clipped against it, four edges to a vector. Only exact operations, in one order: the same bits everywhere.
/// </summary>
internal static class BoxBox
{
    /// <summary>How much deeper, against the boxes' size, another kind of axis must be to be preferred: keeps the choice from flickering.</summary>
    private const float Preference = 2e-3f;

    /// <summary>Sine, squared, below which two edges count as parallel: the faces' axes say the same with less error.</summary>
    private const float ParallelSquared = 1e-6f;

    public static void Collide(Vec3 halfA, in Pose poseA, Vec3 halfB, in Pose poseB, float margin, ref Manifold manifold)
    {
        manifold.Count = 0;
        var a = new WideFrame(poseA.Rotation);
        var b = new WideFrame(poseB.Rotation);
        Vec3 offset = poseB.Position - poseA.Position;
        Vector128<float> hA = Vector128.Create(halfA.X, halfA.Y, halfA.Z, 0);
        Vector128<float> hB = Vector128.Create(halfB.X, halfB.Y, halfB.Z, 0);

        // b's axes and centre, in A's frame, and what A's axes and the centre are in B's.
        Vector128<float> dA = a.ToLocal(offset.X, offset.Y, offset.Z);
        Vector128<float> dB = b.ToLocal(offset.X, offset.Y, offset.Z);
        Vector128<float> c0 = a.ToLocal(b.X), c1 = a.ToLocal(b.Y), c2 = a.ToLocal(b.Z);
        WideFrame.Transpose(c0, c1, c2, out Vector128<float> r0, out Vector128<float> r1, out Vector128<float> r2);
        Vector128<float> s0 = Vector128.Abs(r0), s1 = Vector128.Abs(r1), s2 = Vector128.Abs(r2);

        Vector128<float> sepA = Vector128.Abs(dA) - hA
            - ((Vector128.Abs(c0) * halfB.X) + (Vector128.Abs(c1) * halfB.Y) + (Vector128.Abs(c2) * halfB.Z));
        Vector128<float> sepB = Vector128.Abs(dB) - hB - ((s0 * halfA.X) + (s1 * halfA.Y) + (s2 * halfA.Z));
        int faceA = Largest(sepA, out float bestA);
        int faceB = Largest(sepB, out float bestB);
        if (bestA > margin || bestB > margin)
        {
            return;
        }

        float scale = Math.Min(Math.Min(Smallest(halfA), Smallest(halfB)), 1f) * Preference;
        float bestFace = bestB > bestA + scale ? bestB : bestA;

        // The nine cross products of edges: lanes are B's axes. Lengths are squared sines.
        Vector128<float> q0 = r0 * r0, q1 = r1 * r1, q2 = r2 * r2;
        Vector128<float> hBYxx = Vector128.Create(halfB.Y, halfB.X, halfB.X, 0), hBZzy = Vector128.Create(halfB.Z, halfB.Z, halfB.Y, 0);
        float dX = dA.ToScalar(), dY = dA.GetElement(1), dZ = dA.GetElement(2);
        Vector128<float> edge0 = EdgeSeparation(Vector128.Abs((r1 * dZ) - (r2 * dY)) - (s2 * halfA.Y) - (s1 * halfA.Z) - AcrossB(s0, hBYxx, hBZzy), q1 + q2);
        Vector128<float> edge1 = EdgeSeparation(Vector128.Abs((r2 * dX) - (r0 * dZ)) - (s2 * halfA.X) - (s0 * halfA.Z) - AcrossB(s1, hBYxx, hBZzy), q0 + q2);
        Vector128<float> edge2 = EdgeSeparation(Vector128.Abs((r0 * dY) - (r1 * dX)) - (s1 * halfA.X) - (s0 * halfA.Y) - AcrossB(s2, hBYxx, hBZzy), q0 + q1);
        Vector128<float> threshold = Vector128.Create(bestFace + scale);
        if (Vector128.GreaterThanAny(edge0, threshold) || Vector128.GreaterThanAny(edge1, threshold) || Vector128.GreaterThanAny(edge2, threshold))
        {
            int edgeB0 = Largest(edge0, out float best0), edgeB1 = Largest(edge1, out float best1), edgeB2 = Largest(edge2, out float best2);
            (int edgeA, int edgeB, float best) = best0 >= best1 && best0 >= best2 ? (0, edgeB0, best0) : best1 >= best2 ? (1, edgeB1, best1) : (2, edgeB2, best2);
            if (best > margin)
            {
                return;
            }

            EdgeContact(a, b, halfA, halfB, offset, edgeA, edgeB, ref manifold);
            return;
        }

        if (bestB > bestA + scale)
        {
            // B's face is the reference: the same from B's side, turned round afterwards.
            BoxFaces.Collide(b, hB, faceB, -dB, r0, r1, r2, halfA, BoxFaces.ReferenceIsB, margin, ref manifold);
            manifold.Flip(-offset);
        }
        else
        {
            BoxFaces.Collide(a, hA, faceA, dA, c0, c1, c2, halfB, 0, margin, ref manifold);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> EdgeSeparation(Vector128<float> overlap, Vector128<float> lengthSquared) => Vector128.ConditionalSelect(
        Vector128.GreaterThan(lengthSquared, Vector128.Create(ParallelSquared)),
        overlap / Vector128.Sqrt(lengthSquared),
        Vector128.Create(float.NegativeInfinity));

    /// <summary>How far B reaches along the cross products of one axis of A (its cosines with B's axes given) and B's three axes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> AcrossB(Vector128<float> cosines, Vector128<float> hYxx, Vector128<float> hZzy) =>
        (hYxx * Vector128.Shuffle(cosines, Vector128.Create(2, 2, 1, 3))) + (hZzy * Vector128.Shuffle(cosines, Vector128.Create(1, 0, 0, 3)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Largest(Vector128<float> v, out float largest)
    {
        float x = v.ToScalar(), y = v.GetElement(1), z = v.GetElement(2);
        int axis = y > x ? 1 : 0;
        largest = y > x ? y : x;
        axis = z > largest ? 2 : axis;
        largest = z > largest ? z : largest;
        return axis;
    }

    private static float Smallest(Vec3 v) => Math.Min(v.X, Math.Min(v.Y, v.Z));

    /// <summary>Two edges that cross: one point, in the middle of the shortest line between them.</summary>
    private static void EdgeContact(in WideFrame a, in WideFrame b, Vec3 halfA, Vec3 halfB, Vec3 offset, int edgeA, int edgeB, ref Manifold manifold)
    {
        Vec3 axisA = a.Axis(edgeA), axisB = b.Axis(edgeB);
        Vec3 normal = Vec3.Cross(axisA, axisB).Normalized();
        normal = Vec3.Dot(normal, offset) < 0 ? -normal : normal;
        Vec3 onA = a.EdgeCentre(edgeA, halfA, normal, out uint signsA);
        Vec3 onB = offset + b.EdgeCentre(edgeB, halfB, -normal, out uint signsB);

        // Closest points of two lines whose directions have length one.
        Vec3 between = onB - onA;
        float cos = Vec3.Dot(axisA, axisB);
        float alongA = Vec3.Dot(axisA, between), alongB = Vec3.Dot(axisB, between);
        float sinSquared = 1f - (cos * cos);
        float tA = Math.Clamp((alongA - (cos * alongB)) / sinSquared, -halfA[edgeA], halfA[edgeA]);
        float tB = Math.Clamp(((cos * alongA) - alongB) / sinSquared, -halfB[edgeB], halfB[edgeB]);
        onA += axisA * tA;
        onB += axisB * tB;
        manifold.Set(normal, (onA + onB) * 0.5f, Vec3.Dot(normal, onB - onA), BoxFaces.EdgeFeature | signsA | (signsB << 8));
    }
}
