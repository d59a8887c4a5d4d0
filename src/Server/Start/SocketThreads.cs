namespace RealtimeServer.Server.Start;

/// <summary>
/// Lets the threads that hear of a socket's bytes also answer them, where the framework would hand each request to a thread of the pool
/// and its answer to another: on a few cores the changes of thread cost more than a request does. It holds for the whole process, since
/// the framework reads it once. No request waits on such a thread: databases, passwords and server code have their own.
/// </summary>
internal static class SocketThreads
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Whether it is so in this process.</summary>
    public static bool AreInline => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Before the first socket; what the operator has set stands.</summary>
    public static void Prefer()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
    }
}
