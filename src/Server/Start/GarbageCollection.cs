using System.Runtime;

namespace RealtimeServer.Server.Start;

/// <summary>Tells how the collector really runs, which the project file only asks for: on one core it is workstation whatever is asked.</summary>
internal static class GarbageCollection
{
    public static void Tell(ServerLog log) => log.GarbageCollection(
        GCSettings.IsServerGC ? "server" : "workstation",
        IsConcurrent ? "concurrent" : "not concurrent",
        GCSettings.LatencyMode.ToString(),
        Environment.ProcessorCount);

    private static bool IsConcurrent =>
        GC.GetConfigurationVariables().TryGetValue("ConcurrentGC", out object? value) && value is true;
}
