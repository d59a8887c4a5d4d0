using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Characters;
using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Simulation.Bodies;

/// <summary>An entity's body in <see cref="MatchPhysics.World"/>, as <see cref="MatchPhysics.Add"/> gave it. The body goes when this component or the entity does.</summary>
public struct RigidBody
{
    internal BodyId Body;

    public readonly BodyId Id => Body;
}

/// <summary>
/// Where an entity's body is, in metres; written after each step of physics, where it changed. To move a body, change the body. It travels in steps of 1/128 m
/// from -512 to 512 m and of 1/511 of a quaternion's parts; a game that needs more, or less, replicates a component of its own.
/// </summary>
[Replicated]
public struct Transform
{
    [Quantised(-512, 511.9921875f, 1f / 128)]
    public Vec3 Position;

    /// <summary>Of the two quaternions that mean the same turn the one nearer to the last, so that clients blend the short way.</summary>
    [Quantised(-1, 1, 1f / 511)]
    public Quat Rotation;

    public readonly Pose Pose => new(Position, Rotation);
}

/// <summary>How an entity's body moves: written after each step for entities that have it. To push a body, change the body.</summary>
public struct Velocity
{
    /// <summary>Metres a second, of the centre of mass.</summary>
    public Vec3 Linear;

    /// <summary>Radians a second.</summary>
    public Vec3 Angular;
}

/// <summary>
/// A character, as <see cref="MatchPhysics.AddCharacter"/> made it: a capsule that walks, climbs steps, slides, rides, pushes, crouches and jumps. The game sets what it
/// wants; the first system of the physics stage moves it.
/// </summary>
public struct Character
{
    /// <summary>The velocity to walk with, metres a second; its y is passed over. Set by the game, and kept until set again.</summary>
    public Vec3 Move;

    /// <summary>Leaves the ground, once it stands on some. Set by the game; cleared by each move.</summary>
    public bool Jump;

    /// <summary>Keeps low. Set by the game.</summary>
    public bool Crouch;

    /// <summary>Which of <see cref="PhysicsSettings.Characters"/> it is.</summary>
    public byte Kind;

    /// <summary>All else: where its soles are, how fast it is, what it stands on.</summary>
    public CharacterState State;
}
