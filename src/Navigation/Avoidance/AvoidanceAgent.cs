using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>What avoidance knows of an agent in one tick. World units and seconds.</summary>
public struct AvoidanceAgent
{
    private const float SettledYields = 0.8f;

    public Vec2 Position;

    /// <summary>How it moves now; others expect it to go on like this.</summary>
    public Vec2 Velocity;

    /// <summary>How it would move if it were alone.</summary>
    public Vec2 PreferredVelocity;

    public float Radius;

    /// <summary>Speed it never exceeds. One that cannot move (0) is walked round by all others.</summary>
    public float MaxSpeed;

    /// <summary>Agents avoid only those of the same layer.</summary>
    public uint Layer;

    /// <summary>
    /// Who gives way. Of two agents, equal ones share the effort; one that is lower by 1 or more makes all of it, one lower by a
    /// fraction correspondingly more than half.
    /// </summary>
    public float Priority;

    /// <summary>
    /// How much it is where it wants to be, from 0 (far from its goal, or it has none) to 1 (there): who has arrived makes way for who has not, and
    /// is shoved aside rather than walked round where there is no room.
    /// </summary>
    public float Settled;

    /// <summary>Its priority, less by what having arrived costs.</summary>
    internal readonly float Rank => Priority - (Settled * SettledYields);

    /// <summary>True for those that go exactly where they are told, as at a choke point: held up, they do not turn aside.</summary>
    public bool KeepsCourse;

    /// <summary>Where it is going in the end, seen from where it is; zero for one that is where it wants to be, or is to stay. Asked only of those that slip.</summary>
    public Vec2 Destination;

    /// <summary>
    /// True for one that has been held up so long that it goes through others rather than stand for ever, and they through it: through those whose
    /// <see cref="Destination"/> lies the opposite way. The last resort of crowds that have met where they do not fit past each other.
    /// </summary>
    public bool SlipsThrough;

    /// <summary>True for those that fly: closed cells do not stop them.</summary>
    public bool IgnoresWalls;

    /// <summary>How high it stands. Agents avoid only those that share some of their height.</summary>
    public float Height;

    /// <summary>From its feet to its head, 0 or more. Where all are 0 and stand at the same height, heights say nothing.</summary>
    public float Tall;

    /// <summary>True for those that walk on <see cref="ReciprocalAvoidance.Mesh"/>: its borders are their walls, not closed cells.</summary>
    public bool IsOnMesh;

    /// <summary>Of those, the polygon they stand on.</summary>
    public int Polygon;

    /// <summary>Whether this one and another take no notice of each other, because one of them slips through those who want the opposite way.</summary>
    internal readonly bool Passes(in AvoidanceAgent other) =>
        (SlipsThrough || other.SlipsThrough) && MaxSpeed > 0 && other.MaxSpeed > 0 && Vec2.Dot(Destination, other.Destination) < 0;
}
