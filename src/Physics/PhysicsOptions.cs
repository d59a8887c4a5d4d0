using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics;

/// <summary>What a world is told at its making. The same options and the same calls give the same bits.</summary>
public sealed record PhysicsOptions
{
    /// <summary>Metres a second squared.</summary>
    public Vec3 Gravity { get; init; } = new(0, -9.81f, 0);

    /// <summary>
    /// Parts of a step that constraints are solved in: each costs two passes over the contacts, and more make all stiffer: a tower of 20 boxes stands with 4, one
    /// of 30 with 8. 1 to 32. Islands in which a motor joint, or the limits, the spring or the motor of another one holds two bodies of which one is more than 10
    /// times as heavy as the other take twice as many, and beyond 60 times three times, up to 32; no others with them. Else they would stretch.
    /// </summary>
    public int Substeps { get; init; } = 4;

    /// <summary>Stiffness of contacts as a spring, at most a quarter of the substeps a second.</summary>
    public float ContactHertz { get; init; } = 120f;

    /// <summary>Damping of that spring; one is critical. Much more of it takes errors back so slowly that tall piles never come to rest.</summary>
    public float ContactDampingRatio { get; init; } = 1f;

    /// <summary>
    /// How quickly joints take errors back, as a spring of so many hertz does; at most a quarter of the substeps a second. Limits, motor joints and joints that
    /// close a loop also give way as such a spring; all others do not.
    /// </summary>
    public float JointHertz { get; init; } = 240f;

    /// <summary>Damping of that spring; one is critical.</summary>
    public float JointDampingRatio { get; init; } = 5f;

    /// <summary>Metres a second at which overlapping bodies are pushed apart at most.</summary>
    public float PushSpeedMax { get; init; } = 3f;

    /// <summary>Metres a second of approach below which nothing bounces.</summary>
    public float RestitutionSpeedMin { get; init; } = 1f;

    /// <summary>Metres. Contacts this far apart are solved already, so that nothing overlaps in the first place.</summary>
    public float SpeculativeMargin { get; init; } = 0.02f;

    /// <summary>Metres that boxes in the broad phase are grown by: larger means fewer changes and more pairs to look at.</summary>
    public float BoxMargin { get; init; } = 0.1f;

    /// <summary>False keeps every body awake.</summary>
    public bool AllowSleep { get; init; } = true;

    /// <summary>Metres a second below which a body's fastest point counts as resting.</summary>
    public float SleepSpeed { get; init; } = 0.05f;

    /// <summary>Seconds of rest until an island falls asleep.</summary>
    public float SleepDelay { get; init; } = 0.5f;

    /// <summary>Bodies that room is made for at once, where the count is known: building is quicker. It changes nothing else.</summary>
    public int BodiesExpected { get; init; }

    /// <summary>Bodies that may exist at once; 1 to <see cref="Limits.BodiesMax"/>. One more is refused.</summary>
    public int BodiesMax { get; init; } = Limits.BodiesMaxDefault;

    /// <summary>Of all that decides how a world goes on.</summary>
    internal ulong Hash()
    {
        var hash = new StateHash(seed: 1);
        hash.Add(Gravity.X);
        hash.Add(Gravity.Y);
        hash.Add(Gravity.Z);
        hash.Add((long)Substeps);
        hash.Add(ContactHertz);
        hash.Add(ContactDampingRatio);
        hash.Add(JointHertz);
        hash.Add(JointDampingRatio);
        hash.Add(PushSpeedMax);
        hash.Add(RestitutionSpeedMin);
        hash.Add(SpeculativeMargin);
        hash.Add(BoxMargin);
        hash.Add(AllowSleep ? 1L : 0L);
        hash.Add(SleepSpeed);
        hash.Add(SleepDelay);
        return hash.Value;
    }

    internal void Check()
    {
        Require(Gravity.IsFinite && Gravity.Length <= Limits.AccelerationMax, nameof(Gravity), Gravity, $"finite and at most {Limits.AccelerationMax} m/s²");
        Require(Substeps is >= 1 and <= Limits.SubstepsMax, nameof(Substeps), Substeps, $"1 to {Limits.SubstepsMax}");
        RequireRange(ContactHertz, nameof(ContactHertz), 1, 1000);
        RequireRange(ContactDampingRatio, nameof(ContactDampingRatio), 0, 100);
        RequireRange(JointHertz, nameof(JointHertz), 1, 1000);
        RequireRange(JointDampingRatio, nameof(JointDampingRatio), 0, 100);
        RequireRange(PushSpeedMax, nameof(PushSpeedMax), 0, 1000);
        RequireRange(RestitutionSpeedMin, nameof(RestitutionSpeedMin), 0, 1000);
        RequireRange(SpeculativeMargin, nameof(SpeculativeMargin), 0, 1);
        RequireRange(BoxMargin, nameof(BoxMargin), 0, 10);
        RequireRange(SleepSpeed, nameof(SleepSpeed), 0, 10);
        RequireRange(SleepDelay, nameof(SleepDelay), 0, 60);
        Require(BodiesExpected >= 0 && BodiesExpected <= BodiesMax, nameof(BodiesExpected), BodiesExpected, $"0 to {nameof(BodiesMax)}");
        Require(BodiesMax is >= 1 and <= Limits.BodiesMax, nameof(BodiesMax), BodiesMax, $"1 to {Limits.BodiesMax}");
    }

    private static void RequireRange(float value, string name, float min, float max)
    {
        bool holds = value >= min && value <= max;
        Require(holds, name, value, $"{min} to {max}");
    }

    private static void Require<T>(bool holds, string name, T value, [InterpolatedStringHandlerArgument(nameof(holds))] RefusalText range)
    {
        if (!holds)
        {
            throw new PhysicsException($"{nameof(PhysicsOptions)}.{name} is {value}: it must be {range.ToString()}.");
        }
    }
}
