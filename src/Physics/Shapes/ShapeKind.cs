namespace RealtimeServer.Physics.Shapes;

/// <summary>The kinds of shapes. Those up to <see cref="ConvexHull"/> are convex and may move; the others are made of convex children.</summary>
public enum ShapeKind : byte
{
    None = 0,
    Sphere = 1,
    Capsule = 2,
    Box = 3,
    Cylinder = 4,
    ConvexHull = 5,

    /// <summary>Convex children at fixed poses. May move.</summary>
    Compound = 6,

    /// <summary>Triangles. Static and kinematic bodies only.</summary>
    TriangleMesh = 7,

    /// <summary>A rectangular raster of heights. Static and kinematic bodies only.</summary>
    HeightField = 8,

    /// <summary>A grid map, extruded: open cells are floor, closed cells are blocks. Static and kinematic bodies only.</summary>
    GridTerrain = 9,
}
