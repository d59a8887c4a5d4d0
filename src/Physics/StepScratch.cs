using RealtimeServer.Foundation;
using RealtimeServer.Physics.Collision;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Continuous;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Solver;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics;

/// <summary>
/// Working memory of a step. Each thread has one for all the worlds it steps, so that a thousand small worlds cost no more of it than one, and it
/// stays in the cache. Nothing in it outlives a step.
/// </summary>
internal sealed class StepScratch
{
    [ThreadStatic]
    private static StepScratch? _ofThread;

    private int[] _roots = [];
    private float[] _rest = [];

    public static StepScratch OfThread => _ofThread ??= new StepScratch();

    public StateList<ContactManifold> NextManifolds { get; } = new();

    public ManifoldList Children { get; } = new();

    public StateList<int> Falling { get; } = new();

    public StateList<FastBody> Fast { get; } = new();

    public StateList<JointConstraint> Joints { get; } = new();

    public ContactGraph Graph { get; } = new();

    public ContactJob ContactJob { get; } = new();

    public CollideJob CollideJob { get; } = new();

    public AlignedBuffer<SolverBody> Bodies { get; } = new();

    public AlignedBuffer<SolverMotion> Motions { get; } = new();

    public AlignedBuffer<SolverInertia> Inertias { get; } = new();

    public AlignedBuffer<Vec3> Centres { get; } = new();

    public Span<int> Roots(int count) => Sized(ref _roots, count);

    public Span<float> Rest(int count) => Sized(ref _rest, count);

    private static Span<T> Sized<T>(ref T[] items, int count)
    {
        if (items.Length < count)
        {
            items = new T[Math.Max(count, items.Length * 2)];
        }

        return items.AsSpan(0, count);
    }
}
