namespace RealtimeServer.Physics.Shapes;

/// <summary>A shape of a <see cref="ShapeSet"/>: its kind in the upper four bits, its place in the set below. Zero is none.</summary>
public readonly record struct ShapeId(uint Value)
{
    private const int KindShift = 28;

    public static readonly ShapeId None;

    internal ShapeId(ShapeKind kind, int index)
        : this(((uint)kind << KindShift) | (uint)index)
    {
    }

    public ShapeKind Kind => (ShapeKind)(Value >> KindShift);

    /// <summary>True for a single convex shape, which gives one manifold against another.</summary>
    public bool IsConvex => Kind is >= ShapeKind.Sphere and <= ShapeKind.ConvexHull;

    /// <summary>True for what has a volume and so may be a dynamic body: the convex shapes and compounds of them.</summary>
    public bool MayMove => Kind is >= ShapeKind.Sphere and <= ShapeKind.Compound;

    /// <summary>True for a surface, which only static and kinematic bodies have.</summary>
    public bool IsSurface => Kind is ShapeKind.TriangleMesh or ShapeKind.HeightField or ShapeKind.GridTerrain;

    internal int Index => (int)(Value & ((1u << KindShift) - 1));

    public override string ToString() => $"{Kind} #{Index}";
}
