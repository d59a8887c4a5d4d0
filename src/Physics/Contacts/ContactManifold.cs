using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Contacts;

/// <summary>A contact point as the solver left it.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct SolvedPoint
{
    /// <summary>From A's centre of mass to the middle between the surfaces, along the world's axes.</summary>
    public Vec3 OffsetA;

    /// <summary>Metres between the surfaces along the normal when the step began; negative where they overlapped.</summary>
    public float Separation;

    /// <summary>Which features of the two shapes make the point.</summary>
    public uint Feature;

    /// <summary>Newton seconds along the normal in the last substep: where the next one starts.</summary>
    public float Impulse;

    /// <summary>Newton seconds along the normal in the whole step.</summary>
    public float StepImpulse;
}

/// <summary>Room for the points of one manifold.</summary>
[InlineArray(Collision.Manifold.PointsMax)]
public struct SolvedPoints
{
    private SolvedPoint _first;
}

/// <summary>Where two convex parts touch, with the impulses that hold them apart: what is remembered from step to step.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct ContactManifold
{
    /// <summary>Of length one, from A to B.</summary>
    public Vec3 Normal;
    public int Count;
    public uint ChildKey;

    /// <summary>Newton seconds of friction on B in the last substep, at the middle of the points.</summary>
    public Vec3 FrictionImpulse;

    /// <summary>Newton metre seconds on B in the last substep: of friction about the normal, or of what resists the rolling of a single point.</summary>
    public Vec3 TurnImpulse;
    public SolvedPoints Points;
}
