namespace RealtimeServer.Matches.Harness;

internal static class TaskExtensions
{
    /// <summary>The result of a task that must have completed by now.</summary>
    public static T Now<T>(this Task<T> task)
    {
        Assert.True(task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }
}
