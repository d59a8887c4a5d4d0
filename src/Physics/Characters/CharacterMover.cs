using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;

namespace RealtimeServer.Physics.Characters;

/// <summary>
/// Moves characters through a world: upright capsules that walk, climb steps, slide along walls, ride platforms, push bodies, crouch and jump. A tick is
/// one <see cref="Move"/> of each, in a fixed order. The mover keeps nothing but buffers: all of a character is its state.
/// </summary>
/// <remarks>
/// A body that stands for a character has the capsule of <see cref="CharacterSettings.CapsuleOf"/>, and that of its posture from then on. Where worlds of
/// several threads share a set of shapes, both should be put into it beforehand: ids go by the order of adding.
/// A move finds the surfaces near the capsule, as planes, and takes the displacement nearest to the wanted one that stays in front of all (as
/// Box2D v3's character mover and Jolt's CharacterVirtual do); longer ways go in parts.
/// </remarks>
public sealed class CharacterMover
{
    private readonly PhysicsWorld _world;
    private readonly PlaneFinder _finder = new();

    public CharacterMover(PhysicsWorld world)
    {
        ArgumentNullException.ThrowIfNull(world);
        _world = world;
    }

    /// <summary>Moves a character on by one tick.</summary>
    /// <param name="settings">Of its kind; <see cref="CharacterSettings.Check"/> says whether they can be.</param>
    /// <param name="state">The character.</param>
    /// <param name="input">What it wants. What is no number is no wish.</param>
    /// <param name="dt">Seconds, above zero.</param>
    /// <exception cref="PhysicsException">The step or the state is no number: the message says which.</exception>
    public void Move(CharacterSettings settings, ref CharacterState state, in CharacterInput input, float dt)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (!(dt > 0 && dt <= Limits.StepMax) || !state.Position.IsFinite || !state.Velocity.IsFinite)
        {
            throw new PhysicsException($"A character at {state.Position} with velocity {state.Velocity} cannot be moved by {dt} s: all must be numbers.");
        }

        var step = new CharacterStep(_world, _finder, settings, dt, state);
        step.Crouch(ref state, input.Crouch);
        step.Ride(ref state);
        step.Accelerate(ref state, input);
        step.TakeBlows(ref state);
        step.Walk(ref state);
        step.FindGround(ref state);
        step.Push(state);
        MoveBody(settings, state, dt);
    }

    /// <summary>True if a character could be there without touching anything.</summary>
    public bool HasRoom(CharacterSettings settings, in CharacterState state, bool crouching)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new CharacterStep(_world, _finder, settings, 1, state).HasRoom(state.Position, crouching);
    }

    /// <summary>The body that stands for the character follows it, with the velocity that brings it there.</summary>
    private void MoveBody(CharacterSettings settings, in CharacterState state, float dt)
    {
        if (state.Body.Generation == 0 || !_world.Contains(state.Body))
        {
            return;
        }

        Body body = _world.Body(state.Body);
        Dress(body, settings, state.IsCrouching);
        Vec3 to = state.Position + new Vec3(0, 0.5f * settings.HeightOf(state.IsCrouching), 0);
        if (body.Kind == BodyKind.Kinematic)
        {
            body.LinearVelocity = ((to - body.Pose.Position) / dt).Clamped(Limits.SpeedMax);
        }
        else
        {
            body.Pose = new Pose(to);
        }
    }

    /// <summary>A body with the capsule of the other posture gets that of this one; other shapes are the game's own affair.</summary>
    private void Dress(Body body, CharacterSettings settings, bool isCrouching)
    {
        if (!_world.Shapes.IsCapsule(body.Shape, settings.CapsuleOf(!isCrouching)) || settings.CrouchHeight == settings.Height)
        {
            return;
        }

        body.SetShape(_world.Shapes.Add(settings.CapsuleOf(isCrouching)));
        float rise = 0.5f * (settings.HeightOf(isCrouching) - settings.HeightOf(!isCrouching));
        body.Pose = new Pose(body.Pose.Position + new Vec3(0, rise, 0), body.Pose.Rotation);
    }
}
