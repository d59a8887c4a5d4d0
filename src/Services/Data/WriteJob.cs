namespace RealtimeServer.Services.Data;

/// <summary>A write waiting for its turn, and the task of whoever asked for it.</summary>
internal abstract class WriteJob
{
    /// <summary>What the work threw; such a job is undone while its neighbours in the commit stand.</summary>
    public Exception? Fault { get; set; }

    public abstract void Run(SqlSession session);

    /// <summary>Answers, after the commit: nobody learns of a write that a power cut could still undo.</summary>
    public abstract void Committed();

    public abstract void Failed(Exception exception);
}

internal sealed class WriteJob<T> : WriteJob
{
    // Continuations run elsewhere: a thread of the database must not serve its callers' code.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<SqlSession, ValueTask<T>> _work;
    private T? _result;

    public WriteJob(Func<SqlSession, ValueTask<T>> work) => _work = work;

    public Task<T> Task => _completion.Task;

    public override void Run(SqlSession session)
    {
        ValueTask<T> running = _work(session);
        _result = running.IsCompleted
            ? running.GetAwaiter().GetResult()
            : throw new InvalidOperationException("Work of a write awaited something other than its session; the transaction cannot wait for that.");
    }

    public override void Committed() => _completion.TrySetResult(_result!);

    public override void Failed(Exception exception) => _completion.TrySetException(exception);
}
