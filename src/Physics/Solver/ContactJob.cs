using RealtimeServer.Physics.Threads;

namespace RealtimeServer.Physics.Solver;

/// <summary>What is done to all contact bundles before the next thing is.</summary>
internal enum ContactPass
{
    Prepare,
    WarmStart,
    Solve,
    Relax,
    Restitute,
    Store,
}

/// <summary>One pass over the bundles of one colour, which any number of threads may share: they move no body in common.</summary>
internal sealed class ContactJob : IStepJob
{
    /// <summary>Bundles of a share: some microseconds.</summary>
    private const int Grain = 16;

    private ContactRange _range;
    private ContactPass _pass;

    public SolverContext Context { get; set; }

    public unsafe void Run(ContactGraph graph, ContactPass pass, PhysicsThreads? threads)
    {
        _pass = pass;
        for (int r = 0; r < graph.RangeCount; r++)
        {
            _range = graph.Ranges[r];
            if (threads is null || _range.IsSerial)
            {
                Execute(0, _range.Count);
            }
            else
            {
                threads.Run(this, _range.Count, Grain);
            }
        }
    }

    public void Execute(int from, int to)
    {
        SolverContext context = Context;
        switch (_pass)
        {
            case ContactPass.Prepare:
                ContactPreparation.Prepare(context, _range, from, to);
                break;
            case ContactPass.WarmStart:
                ContactSolver.WarmStart(context, _range, from, to);
                break;
            case ContactPass.Solve:
                ContactSolver.Solve(context, _range, from, to);
                break;
            case ContactPass.Relax:
                ContactSolver.Relax(context, _range, from, to);
                break;
            case ContactPass.Restitute:
                ContactSolver.Restitute(context, _range, from, to);
                break;
            default:
                ContactPreparation.Store(context, _range, from, to);
                break;
        }
    }
}
