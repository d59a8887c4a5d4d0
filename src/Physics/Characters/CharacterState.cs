using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;

namespace RealtimeServer.Physics.Characters;

/// <summary>All that a character is between ticks: a plain value, so that it can be a component and travel in snapshots.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct CharacterState
{
    /// <summary>Of the soles, in the world.</summary>
    public Vec3 Position;

    /// <summary>Metres a second, without that of what it stands on.</summary>
    public Vec3 Velocity;

    /// <summary>Out of the ground; zero in the air.</summary>
    public Vec3 GroundNormal;

    /// <summary>Velocity of the ground underfoot.</summary>
    public Vec3 GroundVelocity;

    /// <summary>What it stands on; no body in the air.</summary>
    public BodyId Ground;

    /// <summary>A body of the world that stands for the character, so that others meet it; passed over by itself, and moved along. No body: none.</summary>
    public BodyId Body;

    public CharacterFlags Flags;

    public readonly bool IsGrounded => (Flags & CharacterFlags.Grounded) != 0;

    public readonly bool IsCrouching => (Flags & CharacterFlags.Crouching) != 0;
}

[Flags]
public enum CharacterFlags
{
    None = 0,

    /// <summary>Stands on something it can walk on.</summary>
    Grounded = 1,

    /// <summary>Is as low as it can be, by wish or because there is no room to stand up.</summary>
    Crouching = 2,

    /// <summary>Touches what is too steep to stand on.</summary>
    AgainstWall = 4,
}

/// <summary>What a player wants of a character this tick.</summary>
/// <param name="Move">The velocity to walk with, in metres a second; its y is passed over.</param>
/// <param name="Jump">Leaves the ground, if it stands.</param>
/// <param name="Crouch">Keeps low.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct CharacterInput(Vec3 Move, bool Jump = false, bool Crouch = false);
