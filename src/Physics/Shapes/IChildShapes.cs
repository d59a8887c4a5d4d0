using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>A shape made of convex children, each known by a number that never changes.</summary>
internal interface IChildShapes
{
    /// <summary>Of all children, in the shape's own frame.</summary>
    Aabb Bounds { get; }

    /// <summary>Of the ball round the origin that holds all children.</summary>
    float BoundingRadius { get; }
}
