using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation.Wide;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Collision;

/// <summary>Up to eight triangles of a surface, a lane each. What lanes without one hold has no meaning.</summary>
internal unsafe struct TriangleBatch
{
    public Vec3Wide P;
    public Vec3Wide Q;
    public Vec3Wide R;
    private fixed uint _keys[WideMath.Lanes];
    private fixed int _outer[WideMath.Lanes];

    public int Count { get; private set; }

    public readonly bool IsFull => Count == WideMath.Lanes;

    public void Clear() => Count = 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in SurfaceTriangle triangle)
    {
        int lane = Count++;
        WideMath.SetLane(ref P, lane, triangle.P);
        WideMath.SetLane(ref Q, lane, triangle.Q);
        WideMath.SetLane(ref R, lane, triangle.R);
        _keys[lane] = triangle.Key;
        _outer[lane] = (int)triangle.Outer;
    }

    public readonly uint Key(int lane) => _keys[lane];

    public readonly SurfaceTriangle this[int lane] => new(P[lane], Q[lane], R[lane], _keys[lane], (OuterEdges)_outer[lane]);

    /// <summary>All bits set in the lanes of which one of the sides given is an outer edge.</summary>
    public readonly Vector256<float> Has(OuterEdges side)
    {
        fixed (int* outer = _outer)
        {
            var bit = Vector256.Create((int)side);
            return Vector256.Equals(Vector256.Load(outer) & bit, bit).AsSingle();
        }
    }

    /// <summary>
    /// Finds which triangles have a point in front of them; of a two-sided surface all have, once those seen from behind are turned round as
    /// <see cref="SurfaceTriangle.Back"/> does.
    /// </summary>
    /// <param name="point">The point.</param>
    /// <param name="isTwoSided">True if the back of the surface is solid as well.</param>
    /// <param name="normal">Of each triangle, towards the point.</param>
    /// <returns>All bits set in the lanes that count.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> FaceTo(in Vec3Wide point, bool isTwoSided, out Vec3Wide normal)
    {
        normal = Vec3Wide.Cross(Q - P, R - P).Normalized();
        var filled = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(Count)).AsSingle();
        Vector256<float> behind = Vector256.LessThan(Vec3Wide.Dot(normal, point - P), Vector256<float>.Zero);
        if (!isTwoSided)
        {
            return Vector256.AndNot(filled, behind);
        }

        if (!Vector256.EqualsAll(behind.AsInt32(), Vector256<int>.Zero))
        {
            TurnRound(behind);
            normal = Vec3Wide.Select(behind, -normal, normal);
        }

        return filled;
    }

    private void TurnRound(Vector256<float> lanes)
    {
        Vec3Wide q = Q;
        Q = Vec3Wide.Select(lanes, R, q);
        R = Vec3Wide.Select(lanes, q, R);
        for (int lane = 0; lane < Count; lane++)
        {
            _outer[lane] = lanes.AsInt32()[lane] != 0 ? (int)this[lane].Back().Outer : _outer[lane];
        }
    }
}
