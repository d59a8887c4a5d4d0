using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Contacts;

namespace RealtimeServer.Simulation.Bodies;

/// <summary>Two bodies that began, continued or ceased to touch in this tick's step. Which are told says <see cref="Physics.Bodies.BodyDescription.Reports"/>.</summary>
/// <param name="A">Whose body the first is or was; none for a body without an entity, such as the map. May be gone by now.</param>
/// <param name="B">Whose body the second is or was.</param>
/// <param name="Change">What happened.</param>
/// <param name="Normal">From A to B; zero at an end.</param>
/// <param name="Point">Where they press hardest; zero at an end.</param>
/// <param name="Impulse">Newton seconds along the normal in this step.</param>
/// <param name="ApproachSpeed">Metres a second at which they came together, before the step.</param>
public readonly record struct BodyContact(Entity A, Entity B, ContactChange Change, Vec3 Normal, Vec3 Point, float Impulse, float ApproachSpeed)
{
    /// <summary>Tells the contact as one of the two sees it: <paramref name="me"/> is A or B, and the other is the other.</summary>
    public bool Involves(Entity me, out Entity other)
    {
        other = me == A ? B : A;
        return !me.IsNone && (me == A || me == B);
    }
}

/// <summary>A body that entered, stayed in or left a sensor in this tick's step.</summary>
/// <param name="Sensor">Whose body the sensor is or was; none for one without an entity.</param>
/// <param name="Visitor">Whose body the visitor is or was.</param>
/// <param name="Change">What happened.</param>
public readonly record struct SensorVisit(Entity Sensor, Entity Visitor, ContactChange Change);
