using RealtimeServer.Simulation;

namespace RealtimeServer.Matches.Simulated;

/// <summary>A look at a match between two of its ticks, on its own thread.</summary>
internal abstract class MatchCall
{
    public abstract void Run(MatchSimulation simulation);

    public abstract void Fail(Exception exception);
}

internal sealed class MatchCall<T>(Func<MatchSimulation, T> read) : MatchCall
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Result => _result.Task;

    public override void Run(MatchSimulation simulation)
    {
        try
        {
            _result.TrySetResult(read(simulation));
        }
        catch (Exception exception)
        {
            // The reader's failure is the reader's: the match goes on.
            _result.TrySetException(exception);
        }
    }

    public override void Fail(Exception exception) => _result.TrySetException(exception);
}
