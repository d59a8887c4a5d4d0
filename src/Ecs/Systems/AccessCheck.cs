using System.Diagnostics;

namespace RealtimeServer.Ecs.Systems;

/// <summary>In debug builds, holds a running system to what it declared. In release builds its calls are left out by the compiler.</summary>
internal sealed class AccessCheck(World world)
{
    private string _system = "";
    private SystemAccess? _declared;

    /// <param name="declared">Null for a system that declared nothing, and may do anything.</param>
    public void Begin(string system, SystemAccess? declared)
    {
        _system = system;
        _declared = declared;
    }

    public void End() => _declared = null;

    [Conditional("DEBUG")]
    public void Read(int component, Entity entity)
    {
        if (_declared is { } declared && (declared.ReadMask >> component & 1) == 0)
        {
            EcsException.ThrowAccess(_system, "reads", world.Components.Name(component), entity);
        }
    }

    [Conditional("DEBUG")]
    public void Write(int component, Entity entity)
    {
        if (_declared is { } declared && (declared.WriteMask >> component & 1) == 0)
        {
            EcsException.ThrowAccess(_system, "writes", world.Components.Name(component), entity);
        }
    }

    [Conditional("DEBUG")]
    public void Structure(string does, Entity entity)
    {
        if (_declared is { ChangesStructure: false })
        {
            EcsException.ThrowStructureAccess(_system, does, entity);
        }
    }
}
