using RealtimeServer.Runtime;
using RealtimeServer.Runtime.Samples;

namespace RealtimeServer.Server.Content;

/// <summary>The modules of server code this server can load; the setting modules:load says which it does. A module of your own is one line here.</summary>
internal static class ModuleList
{
    public static readonly IReadOnlyDictionary<string, Func<IServerModule>> All = new SortedDictionary<string, Func<IServerModule>>(StringComparer.Ordinal)
    {
        ["daily-reward"] = static () => new DailyReward(),
        ["arena-season"] = static () => new ArenaSeason(),
    };
}
