using System.Runtime.InteropServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>A shape as a saved set names it, 44 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct ShapeTrace
{
    private readonly uint _kind;

    public ShapeTrace(ShapeKind kind, Vec3 size, float boundingRadius, Vec3 boxMin, Vec3 boxMax)
    {
        _kind = (uint)kind;
        (Size, BoundingRadius, BoxMin, BoxMax) = (size, boundingRadius, boxMin, boxMax);
    }

    public ShapeKind Kind => (ShapeKind)_kind;

    public Vec3 Size { get; }

    public float BoundingRadius { get; }

    public Vec3 BoxMin { get; }

    public Vec3 BoxMax { get; }

    public bool IsSmall => Kind is ShapeKind.Sphere or ShapeKind.Capsule or ShapeKind.Box or ShapeKind.Cylinder;
}
