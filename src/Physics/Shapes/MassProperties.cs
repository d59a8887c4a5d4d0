using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>What a solid shape weighs and how hard it is to turn.</summary>
/// <param name="Mass">Kilograms.</param>
/// <param name="Centre">Centre of mass, in the shape's own frame.</param>
/// <param name="Inertia">The inertia tensor about the centre of mass, along the shape's axes, in kg m². Symmetric.</param>
public readonly record struct MassProperties(float Mass, Vec3 Centre, SymMat3 Inertia)
{
    /// <summary>The same body made of another material: mass and inertia in proportion.</summary>
    public MassProperties WithMass(float mass) => new(mass, Centre, Inertia * (mass / Mass));
}
