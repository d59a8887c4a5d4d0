using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Characters;

/// <summary>A character of a game seen from above: a circle that slides along walls. Its plane is the world's x and z.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct TopDownState
{
    /// <summary>Of the circle: x is the world's x, y its z.</summary>
    public Vec2 Position;

    /// <summary>Metres a second.</summary>
    public Vec2 Velocity;

    /// <summary>A body of the world that stands for it, passed over by itself and moved along; no body: none.</summary>
    public BodyId Body;
}

/// <summary>Moves circles over the plane. Keeps nothing but buffers.</summary>
public sealed class TopDownMover
{
    private const float Skin = 0.005f;

    /// <summary>Of a normal's length, how much must lie in the plane for it to be a wall and no floor.</summary>
    private const float WallShare = 0.3f;

    private const int PartsMax = 32;
    private readonly PhysicsWorld _world;
    private readonly PlaneFinder _finder = new();

    public TopDownMover(PhysicsWorld world)
    {
        ArgumentNullException.ThrowIfNull(world);
        _world = world;
    }

    /// <summary>Moves a circle on by one tick with its velocity; what it runs into takes the velocity's part into it.</summary>
    /// <param name="state">The character.</param>
    /// <param name="radius">Metres.</param>
    /// <param name="height">The world's y at which walls are looked for.</param>
    /// <param name="dt">Seconds, above zero.</param>
    /// <param name="layers">The layers of the bodies that stand in its way.</param>
    /// <exception cref="PhysicsException">A value is no number or out of range: the message says which.</exception>
    public void Move(ref TopDownState state, float radius, float height, float dt, uint layers = uint.MaxValue)
    {
        if (!(dt > 0 && dt <= Limits.StepMax) || !(radius >= Limits.ShapeExtentMin && radius <= 100) || !float.IsFinite(height)
            || !state.Position.IsFinite || !state.Velocity.IsFinite)
        {
            throw new PhysicsException($"A circle of radius {radius} at {state.Position}, height {height}, with velocity {state.Velocity} cannot be moved by {dt} s.");
        }

        var filter = new BodyFilter(_world, new QueryFilter { Layers = layers, Ignored = state.Body });
        ShapeRecord shape = ShapeRecord.Of(new Sphere(radius));
        Vec3 velocity = new Vec3(state.Velocity.X, 0, state.Velocity.Y).Clamped(Limits.CharacterSpeedMax);
        var position = new Vec3(state.Position.X, height, state.Position.Y);
        int parts = Math.Clamp((int)MathF.Ceiling(velocity.Length * dt / (0.5f * radius)), 1, PartsMax);
        for (int i = 0; i < parts; i++)
        {
            Vec3 part = velocity * (dt / parts);
            _finder.Find(filter, shape, new Pose(position), part.Length + Skin);
            Flatten();
            position += MovePlane.Solve(_finder.Planes, part);
            velocity = MovePlane.Clip(_finder.Planes, velocity);
        }

        state.Position = new Vec2(position.X, position.Z);
        state.Velocity = new Vec2(velocity.X, velocity.Z);
        if (state.Body.Generation != 0 && _world.Contains(state.Body))
        {
            Body body = _world.Body(state.Body);
            if (body.Kind == BodyKind.Kinematic)
            {
                body.LinearVelocity = ((position - body.Pose.Position) / dt).Clamped(Limits.SpeedMax);
            }
            else
            {
                body.Pose = new Pose(position);
            }
        }
    }

    /// <summary>Lays the planes' normals into the ground plane; floors and ceilings are no obstacle.</summary>
    private void Flatten()
    {
        foreach (ref MovePlane plane in _finder.Planes)
        {
            var flat = new Vec3(plane.Normal.X, 0, plane.Normal.Z);
            float length = flat.Length;
            bool isWall = length > WallShare;
            plane.Normal = isWall ? flat / length : default;
            plane.Distance = isWall ? (plane.Distance / length) - Skin : float.PositiveInfinity;
        }
    }
}
