using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Bodies;

/// <summary>Refuses what no body can be given, with the body's name and the value.</summary>
internal static class BodyCheck
{
    public static void Description(in BodyDescription d)
    {
        const string body = "A new body";
        Require(d.Kind is BodyKind.Static or BodyKind.Kinematic or BodyKind.Dynamic, body, "kind", d.Kind, $"must be static, kinematic or dynamic");
        Require(d.Shape != ShapeId.None, body, "shape", d.Shape, $"must be one of the world's set: start from BodyDescription.Dynamic, Kinematic or Static");
        Volume(d.Shape, d.Kind, body);
        Pose(d.Pose, body);
        Velocity(d.LinearVelocity, d.AngularVelocity, body);
        Number(d.GravityScale, "gravity scale", body);
        Require(d.LinearDamping is >= 0 and <= 1e6f, body, "linear damping", d.LinearDamping, $"must be zero or more");
        Require(d.AngularDamping is >= 0 and <= 1e6f, body, "angular damping", d.AngularDamping, $"must be zero or more");
        Material(d.Material, body);
        if (d.Mass is { } mass && d.Kind == BodyKind.Dynamic)
        {
            Mass(mass, body);
        }
    }

    public static void Shape(ShapeId shape, ShapeSet shapes, BodyKind kind, BodyId body)
    {
        Require(shapes.Contains(shape), body, "shape", shape, $"must be one of the world's set");
        Volume(shape, kind, body);
    }

    private static void Volume<TBody>(ShapeId shape, BodyKind kind, TBody body) =>
        Require(kind != BodyKind.Dynamic || shape.MayMove, body, "shape", shape, $"has no volume and may only be static or kinematic");

    public static void Mass<TBody>(in MassProperties mass, TBody body)
    {
        Require(mass.Mass is >= Limits.MassMin and <= Limits.MassMax, body, "mass", mass.Mass, $"must be {Limits.MassMin} to {Limits.MassMax} kg");
        Require(mass.Centre.IsFinite, body, "centre of mass", mass.Centre, $"must be numbers");
        Require(mass.Inertia.IsFinite && (mass.Inertia.IsPositiveDefinite || mass.Inertia == default), body, "inertia", mass.Inertia, $"must be positive, or zero for a body that does not turn");
    }

    public static void Pose<TBody>(in Pose pose, TBody body)
    {
        Vec3 reach = Vec3.Abs(pose.Position);
        Require(reach.X <= Limits.PositionMax && reach.Y <= Limits.PositionMax && reach.Z <= Limits.PositionMax, body, "position", pose.Position, $"must be numbers within ±{Limits.PositionMax} m");
        Require(pose.Rotation.IsFinite && pose.Rotation.LengthSquared is > 1e-6f and < 1e6f, body, "rotation", pose.Rotation, $"must be a quaternion that has a length");
    }

    public static void Velocity<TBody>(Vec3 linear, Vec3 angular, TBody body)
    {
        Require(linear.LengthSquared <= Limits.SpeedMax * Limits.SpeedMax, body, "linear velocity", linear, $"must be at most {Limits.SpeedMax} m/s");
        Require(angular.LengthSquared <= Limits.AngularSpeedMax * Limits.AngularSpeedMax, body, "angular velocity", angular, $"must be at most {Limits.AngularSpeedMax} rad/s");
    }

    public static void Material<TBody>(in Material material, TBody body)
    {
        Require(material.Friction is >= 0 and <= 1e3f, body, "friction", material.Friction, $"must be zero or more");
        Require(material.Restitution is >= 0 and <= 1, body, "restitution", material.Restitution, $"must be 0 to 1");
        Require(material.RollingResistance is >= 0 and <= 1, body, "rolling resistance", material.RollingResistance, $"must be 0 to 1");
        Require(material.FrictionCombine <= Combine.Maximum && material.RestitutionCombine <= Combine.Maximum, body, "combine rule", material.FrictionCombine, $"must be one of those named");
    }

    public static void Number<TBody>(float value, string what, TBody body) => Require(MathF.Abs(value) <= 1e6f, body, what, value, $"must be a number");

    public static void Vector<TBody>(Vec3 value, string what, TBody body) => Require(value.IsFinite, body, what, value, $"must be numbers");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Require<TBody, T>(
        [DoesNotReturnIf(false)] bool holds, TBody body, string what, T value, [InterpolatedStringHandlerArgument(nameof(holds))] RefusalText rule)
    {
        if (!holds)
        {
            Throw(body, what, value, rule.ToString());
        }
    }

    [DoesNotReturn]
    private static void Throw<TBody, T>(TBody body, string what, T value, string rule) => throw new PhysicsException($"{body} has {what} {value}: it {rule}.");
}
