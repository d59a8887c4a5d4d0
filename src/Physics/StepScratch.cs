using RealtimeServer.Foundation;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Continuous;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Solver;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics;

/// <summary>
/// Working memory of a step. Each thread has one for all the worlds it steps, so that a thousand small worlds cost no more of it than one, and it
/// stays in the cache. Nothing in it outlives a step, and what has become far too large is let go.
/// </summary>
internal sealed class StepScratch
{
    [ThreadStatic]
    private static StepScratch? _ofThread;

    /// <summary>Steps of a thread after which its memory is judged.</summary>
    private const int StepsOfWindow = 1024;

    /// <summary>Pairs and bodies of a step whose memory is kept in any case: some forty megabytes.</summary>
    private const int SizeKept = 65_536;

    /// <summary>The largest step lately, against the largest ever, below which memory is given back.</summary>
    private const int ShareKept = 8;

    private int _steps;
    private int _largest;
    private int _largestLately;
    private int[] _roots = [];
    private float[] _rest = [];

    public static StepScratch OfThread => _ofThread ??= new StepScratch();

    public StateList<ContactManifold> NextManifolds { get; } = new();

    public PairScratch Pairs { get; } = new();

    public StateList<int> Falling { get; } = new();

    public StateList<FastBody> Fast { get; } = new();

    public StateList<JointConstraint> Joints { get; } = new();

    public JointForest Forest { get; } = new();

    public StepGroups Groups { get; } = new();

    public ContactGraph Graph { get; } = new();

    public ContactJob ContactJob { get; } = new();

    public CollideJob CollideJob { get; } = new();

    public AlignedBuffer<SolverBody> Bodies { get; } = new();

    public AlignedBuffer<SolverMotion> Motions { get; } = new();

    public AlignedBuffer<SolverInertia> Inertias { get; } = new();

    public AlignedBuffer<Vec3> Centres { get; } = new();

    public Span<int> Roots(int count) => Sized(ref _roots, count);

    public Span<float> Rest(int count) => Sized(ref _rest, count);

    /// <summary>
    /// A step of so many pairs and bodies is done. A thread that has long stepped nothing as large as it once did gives its memory back and begins anew.
    /// </summary>
    public void EndStep(int size)
    {
        _largest = Math.Max(_largest, size);
        _largestLately = Math.Max(_largestLately, size);
        if (++_steps < StepsOfWindow)
        {
            return;
        }

        if (_largest > SizeKept && _largestLately < _largest / ShareKept)
        {
            _ofThread = null;
        }

        _steps = 0;
        _largestLately = 0;
    }

    private static Span<T> Sized<T>(ref T[] items, int count)
    {
        if (items.Length < count)
        {
            items = new T[Math.Max(count, items.Length * 2)];
        }

        return items.AsSpan(0, count);
    }
}
