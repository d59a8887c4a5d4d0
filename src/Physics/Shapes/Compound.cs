using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>A convex part of a compound.</summary>
/// <param name="Shape">Of the set the compound is made for.</param>
/// <param name="Pose">In the compound's frame.</param>
public readonly record struct CompoundChild(ShapeId Shape, Pose Pose);

/// <summary>Convex shapes at fixed poses, which move as one. Never changes.</summary>
public sealed class Compound : IChildShapes
{
    private readonly CompoundChild[] _children;
    private readonly Aabb[] _boxes;

    /// <param name="shapes">The set that holds the children, and is to hold the compound.</param>
    /// <param name="children">Convex shapes; their rotations are brought to length one.</param>
    /// <exception cref="ShapeException">A child cannot be, or there are none or too many: the message says which.</exception>
    public Compound(ShapeSet shapes, ReadOnlySpan<CompoundChild> children)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        if (children.Length is 0 or > Limits.CompoundChildrenMax)
        {
            throw new ShapeException($"A compound has 1 to {Limits.CompoundChildrenMax} children; these are {children.Length}.");
        }

        Shapes = shapes;
        _children = children.ToArray();
        _boxes = new Aabb[children.Length];
        Bounds = Aabb.Empty;
        for (int i = 0; i < children.Length; i++)
        {
            (ShapeId shape, Pose pose) = children[i];
            if (!shape.IsConvex)
            {
                throw new ShapeException($"Child {i} of the compound is {shape}: children are convex shapes.");
            }

            if (!pose.IsFinite || !(pose.Position.Length <= Limits.ShapeExtentMax) || !(pose.Rotation.LengthSquared > 1e-6f))
            {
                throw new ShapeException($"Child {i} of the compound is at {pose}: parts must be numbers, within {Limits.ShapeExtentMax} metres.");
            }

            _children[i] = new CompoundChild(shape, pose with { Rotation = pose.Rotation.Normalized() });
            _boxes[i] = shapes.Bounds(shape, _children[i].Pose);
            Bounds = Aabb.Union(Bounds, _boxes[i]);
            BoundingRadius = Math.Max(BoundingRadius, pose.Position.Length + shapes.BoundingRadius(shape));
        }
    }

    public ReadOnlySpan<CompoundChild> Children => _children;

    public Aabb Bounds { get; }

    public float BoundingRadius { get; }

    internal ShapeSet Shapes { get; }

    /// <summary>A child's box in the compound's frame.</summary>
    internal ref readonly Aabb Box(int child) => ref _boxes[child];
}
