using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Characters;

/// <summary>What a kind of character can do. Distances in metres, speeds in metres a second.</summary>
public sealed record CharacterSettings
{
    public float Radius { get; init; } = 0.4f;

    /// <summary>From the soles to the top, standing; at least two radii.</summary>
    public float Height { get; init; } = 1.8f;

    /// <summary>The same, crouching.</summary>
    public float CrouchHeight { get; init; } = 1.1f;

    /// <summary>The steepest slope that can be stood on, in radians.</summary>
    public float SlopeMax { get; init; } = 0.8f;

    /// <summary>The highest step that is walked up, and the deepest walked down without falling. Zero: none.</summary>
    public float StepHeight { get; init; } = 0.35f;

    /// <summary>Metres a second squared on the ground.</summary>
    public float Acceleration { get; init; } = 60f;

    /// <summary>Metres a second squared in the air.</summary>
    public float AirAcceleration { get; init; } = 12f;

    public float JumpSpeed { get; init; } = 5f;

    /// <summary>Metres a second squared, downward.</summary>
    public float Gravity { get; init; } = 9.81f;

    public float FallSpeedMax { get; init; } = 60f;

    /// <summary>Kilograms: what it weighs against what it pushes and what runs into it.</summary>
    public float Mass { get; init; } = 80f;

    /// <summary>Newtons that it pushes dynamic bodies with at most. Zero: it pushes none.</summary>
    public float PushForce { get; init; } = 800f;

    /// <summary>The layers of the bodies that stand in its way.</summary>
    public uint Layers { get; init; } = uint.MaxValue;

    /// <summary>From the soles to the top.</summary>
    public float HeightOf(bool isCrouching) => isCrouching ? CrouchHeight : Height;

    /// <summary>The shape of a body that stands for such a character. Its origin is half the height above the soles.</summary>
    public Capsule CapsuleOf(bool isCrouching) => new(Radius, Math.Max(Limits.ShapeExtentMin, (0.5f * HeightOf(isCrouching)) - Radius));

    /// <exception cref="PhysicsException">A value is no number or out of range: the message says which.</exception>
    public void Check()
    {
        Require(Radius, nameof(Radius), Limits.ShapeExtentMin, 100);
        Require(Height, nameof(Height), 2 * Radius, 1000);
        Require(CrouchHeight, nameof(CrouchHeight), 2 * Radius, Height);
        Require(SlopeMax, nameof(SlopeMax), 0, 1.5f);
        Require(StepHeight, nameof(StepHeight), 0, Height);
        Require(Acceleration, nameof(Acceleration), 0, Limits.AccelerationMax);
        Require(AirAcceleration, nameof(AirAcceleration), 0, Limits.AccelerationMax);
        Require(JumpSpeed, nameof(JumpSpeed), 0, Limits.CharacterSpeedMax);
        Require(Gravity, nameof(Gravity), 0, Limits.AccelerationMax);
        Require(FallSpeedMax, nameof(FallSpeedMax), 0, Limits.CharacterSpeedMax);
        Require(Mass, nameof(Mass), Limits.MassMin, Limits.MassMax);
        Require(PushForce, nameof(PushForce), 0, 1e9f);
    }

    private static void Require(float value, string name, float least, float most)
    {
        if (!(value >= least && value <= most))
        {
            throw new PhysicsException($"{nameof(CharacterSettings)}.{name} is {value}: it must be {least} to {most}.");
        }
    }
}
