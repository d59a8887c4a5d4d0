namespace RealtimeServer.Runtime;

/// <summary>Server code in C#: one class that registers functions and hooks when the server starts. See docs/server-code.md.</summary>
public interface IServerModule
{
    /// <summary>Called once, before the server listens. What it throws stops the start.</summary>
    void Configure(ModuleBuilder module);
}
