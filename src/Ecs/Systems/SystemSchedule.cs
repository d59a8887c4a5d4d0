namespace RealtimeServer.Ecs.Systems;

/// <summary>A piece of a tick's work.</summary>
/// <param name="Name">How errors, constraints and measurements name it; unique in its schedule.</param>
/// <param name="Stage">Lower stages run first.</param>
/// <param name="Run">Its work.</param>
/// <param name="Access">What it declares; null for nothing, and then it may use anything.</param>
public sealed record SystemDefinition<TContext>(string Name, int Stage, Action<TContext> Run, SystemAccess? Access = null);

/// <summary>
/// Runs systems in order: by stage, then as their <c>After</c> and <c>Before</c> say, then as they were declared. Waiting commands are applied after each.
/// Each sees, through queries with a changed filter, what others changed since its own last run.
/// </summary>
public sealed class SystemSchedule<TContext>
{
    private readonly World _world;
    private readonly SystemDefinition<TContext>[] _systems;
    private readonly ulong[] _lastVersions;

    /// <exception cref="EcsException">Two systems have one name, a constraint names a system that its stage lacks, or constraints form a ring.</exception>
    public SystemSchedule(World world, IEnumerable<SystemDefinition<TContext>> systems)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(systems);
        _world = world;
        _systems = [.. SystemOrder.Sort([.. systems], static system => (system.Name, system.Stage, system.Access))];
        _lastVersions = new ulong[_systems.Length];
        foreach (SystemDefinition<TContext> system in _systems)
        {
            system.Access?.Resolve(world);
        }
    }

    public IReadOnlyList<SystemDefinition<TContext>> Systems => _systems;

    /// <summary>The system that runs now, or ran last: after an exception, the one that threw. Null before the first.</summary>
    public string? Running { get; private set; }

    /// <summary>For each system the world's version at the end of its last run: part of the state of whoever saves the world.</summary>
    public Span<ulong> LastVersions => _lastVersions;

    /// <summary>Runs all systems once.</summary>
    public void Run(TContext context)
    {
        for (int i = 0; i < _systems.Length; i++)
        {
            SystemDefinition<TContext> system = _systems[i];
            Running = system.Name;
            _world.ChangedSince = _lastVersions[i];
            _world.Access.Begin(system.Name, system.Access is { IsDeclared: true } declared ? declared : null);
            try
            {
                system.Run(context);
                _world.Access.End();
                _world.Commands.Apply();
            }
            finally
            {
                _world.Access.End();
                _world.ChangedSince = 0;
                _lastVersions[i] = _world.NextVersion();
            }
        }
    }
}

/// <summary>The order of systems.</summary>
internal static class SystemOrder
{
    public static IEnumerable<T> Sort<T>(IReadOnlyList<T> systems, Func<T, (string Name, int Stage, SystemAccess? Access)> describe)
    {
        if (systems.Count > Limits.SystemsMax)
        {
            throw new EcsException($"{systems.Count} systems are more than the {Limits.SystemsMax} a schedule may have.");
        }

        var nodes = systems.Select(system => (System: system, About: describe(system))).ToList();
        string? twice = nodes.GroupBy(node => node.About.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new EcsException($"Two systems are named '{twice}'.");
        }

        return nodes.GroupBy(node => node.About.Stage).OrderBy(stage => stage.Key)
            .SelectMany(stage => SortStage([.. stage.Select(node => (node.System, node.About.Name, node.About.Access))]));
    }

    private static List<T> SortStage<T>(List<(T System, string Name, SystemAccess? Access)> stage)
    {
        var follows = new HashSet<(string Earlier, string Later)>();
        foreach ((_, string name, SystemAccess? access) in stage)
        {
            foreach (string earlier in access?.AfterNames ?? [])
            {
                follows.Add((Known(stage, name, earlier), name));
            }

            foreach (string later in access?.BeforeNames ?? [])
            {
                follows.Add((name, Known(stage, name, later)));
            }
        }

        var sorted = new List<T>();
        while (stage.Count > 0)
        {
            // The first declared of those that need wait for no other.
            int next = stage.FindIndex(system => !stage.Exists(other => follows.Contains((other.Name, system.Name))));
            if (next < 0)
            {
                throw new EcsException($"The systems {string.Join(", ", stage.Select(system => $"'{system.Name}'"))} wait for each other: their After and Before form a ring.");
            }

            sorted.Add(stage[next].System);
            stage.RemoveAt(next);
        }

        return sorted;
    }

    private static string Known<T>(List<(T System, string Name, SystemAccess? Access)> stage, string name, string other) =>
        stage.Exists(system => system.Name == other)
            ? other
            : throw new EcsException($"System '{name}' is to run before or after '{other}', but its stage has no such system.");
}
