using RealtimeServer.Foundation;
using RealtimeServer.Physics.Contacts;

namespace RealtimeServer.Physics.Solver;

/// <summary>What all passes of one step share.</summary>
internal unsafe struct SolverContext
{
    public SolverBody* Bodies;
    public SolverMotion* Motions;
    public SolverInertia* Inertias;
    public Vec3* Centres;
    public ContactItem* Items;
    public ContactManifold* Manifolds;
    public int BodyCount;

    /// <summary>Seconds of a substep.</summary>
    public float H;
    public float InverseH;
    public Softness ContactSoftness;

    /// <summary>Against what does not move: stiffer where substeps allow it, for nothing gives way on the other side.</summary>
    public Softness FixedSoftness;
    public Softness JointSoftness;
    public float PushSpeedMax;
    public float RestitutionSpeedMin;

    /// <summary>This substep's length to that of the last step's, by which its impulses are scaled.</summary>
    public float WarmStartScale;

    /// <summary>The length of the world's substeps to this one's: impulses are kept as those of the world's.</summary>
    public float StoreScale;
}
