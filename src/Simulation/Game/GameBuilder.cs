using System.Runtime.InteropServices;
using RealtimeServer.Ecs;
using RealtimeServer.Ecs.Systems;
using RealtimeServer.Navigation.Meshes;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Bodies;
using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Simulation.Game;

/// <summary>Handles one kind of input. The struct is what the client sent, byte for byte: check it like everything foreign.</summary>
public delegate void InputHandler<T>(GameContext context, PlayerId player, in T input)
    where T : unmanaged;

/// <summary>What <see cref="IGame.Configure"/> declares. Every method returns the builder, so that declarations can be chained.</summary>
public sealed class GameBuilder
{
    private readonly List<Action<World>> _registrations = [];
    private readonly List<SystemDefinition<GameContext>> _systems = [];
    private readonly Dictionary<long, InputKind> _inputs = [];
    private readonly Dictionary<Type, int> _events = [];
    private readonly List<ReplicatedComponent> _replicated = [];
    private readonly HashSet<Type> _components = [];

    internal GameBuilder(MatchParameters parameters)
    {
        Parameters = parameters;
    }

    /// <summary>What the match's creator asked for.</summary>
    public MatchParameters Parameters { get; }

    internal int TickRateHz { get; private set; } = 30;

    internal int PlayersMax { get; private set; } = 2;

    internal bool HasAgents { get; private set; }

    /// <summary>Running matches take over a map that was saved anew.</summary>
    internal bool ReloadsMap { get; set; }

    /// <summary>Null for a game without physics.</summary>
    internal PhysicsSettings? Physics { get; private set; }

    /// <summary>Null for a game without a navigation mesh.</summary>
    internal NavMeshSettings? NavMesh { get; private set; }

    internal IReadOnlyList<OffMeshLink> NavMeshLinks { get; private set; } = [];

    /// <summary>Ticks of the past the game can look at; 0 for none.</summary>
    internal int RewindTicks { get; private set; }

    internal IReadOnlyList<SystemDefinition<GameContext>> Systems => _systems;

    internal IReadOnlyDictionary<long, InputKind> Inputs => _inputs;

    internal IReadOnlyDictionary<Type, int> Events => _events;

    internal IReadOnlyList<ReplicatedComponent> Replicated => _replicated;

    /// <summary>Steps a second, 1 to 128; 30 unless said.</summary>
    /// <exception cref="GameException">Out of bounds.</exception>
    public GameBuilder TickRate(int hz)
    {
        if (hz is < Limits.TickRateHzMin or > Limits.TickRateHzMax)
        {
            throw new GameException($"a tick rate of {hz} Hz is not from {Limits.TickRateHzMin} to {Limits.TickRateHzMax}");
        }

        TickRateHz = hz;
        return this;
    }

    /// <summary>How many may play; those who join a full match watch. 2 unless said.</summary>
    /// <exception cref="GameException">Out of bounds.</exception>
    public GameBuilder Players(int max)
    {
        if (max is < 1 or > Limits.PlayersMax)
        {
            throw new GameException($"{max} players are not from 1 to {Limits.PlayersMax}");
        }

        PlayersMax = max;
        return this;
    }

    /// <summary>
    /// Registers a component or singleton. With <see cref="ReplicatedAttribute"/> it goes to the clients, in the order of these calls.
    /// </summary>
    /// <exception cref="GameException">Registered twice, or a replicated field of a type that cannot be.</exception>
    public GameBuilder Component<T>()
        where T : unmanaged => Component<T>(mayReplicate: true);

    private GameBuilder Component<T>(bool mayReplicate)
        where T : unmanaged
    {
        if (!_components.Add(typeof(T)))
        {
            throw new GameException($"component {typeof(T).Name} is registered twice");
        }

        _registrations.Add(static world => world.Register<T>());
        if (mayReplicate && ReplicatedComponent.TryCreate<T>() is { } replicated)
        {
            _replicated.Add(replicated);
        }

        return this;
    }

    /// <summary>Accepts inputs of a kind from players.</summary>
    /// <param name="opCode">0 to 2^31-1, chosen by the game; the client names it when it sends.</param>
    /// <exception cref="GameException">The op code is taken, or the struct cannot travel (padding, size).</exception>
    public GameBuilder Input<T>(int opCode, InputHandler<T> handler)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(handler);
        MessageLayout.Check<T>("input");
        if (opCode < 0 || !_inputs.TryAdd(opCode, new InputKind<T>(handler)))
        {
            throw new GameException($"input {typeof(T).Name}: op code {opCode} is negative or taken");
        }

        return this;
    }

    /// <summary>Declares an event that <see cref="GameContext.Send{T}"/> and <see cref="GameContext.Broadcast{T}"/> tell reliably.</summary>
    /// <exception cref="GameException">The op code or the type is taken, or the struct cannot travel (padding, size).</exception>
    public GameBuilder Event<T>(int opCode)
        where T : unmanaged
    {
        MessageLayout.Check<T>("event");
        if (opCode < 0 || _events.ContainsValue(opCode) || !_events.TryAdd(typeof(T), opCode))
        {
            throw new GameException($"event {typeof(T).Name}: op code {opCode} is negative or taken, or the event is declared twice");
        }

        return this;
    }

    /// <summary>Declares an event that systems tell each other: <see cref="EventAccess.Emit{T}"/>, and <see cref="EventAccess.Emitted{T}"/> in the same tick.</summary>
    public GameBuilder Emits<T>()
        where T : unmanaged
    {
        _registrations.Add(static world => world.Emitted<T>());
        return this;
    }

    /// <summary>Adds a system: a piece of every tick's work.</summary>
    /// <param name="name">How errors and measurements name it; unique in the game.</param>
    /// <param name="declare">
    /// What it reads and writes, and which systems of its stage it runs after or before. Debug builds hold it to what it declares; one that declares
    /// no components may use all.
    /// </param>
    public GameBuilder System(string name, Stage stage, Action<GameContext> run, Action<SystemAccess>? declare = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        SystemAccess? access = declare is null ? null : new SystemAccess();
        declare?.Invoke(access!);
        _systems.Add(new SystemDefinition<GameContext>(name, (int)stage, run, access));
        return this;
    }

    /// <summary>
    /// Keeps the world of the last ticks, for <see cref="GameContext.TryPast"/>: what a player saw when it acted. Costs a copy of the world each tick and the memory
    /// of them all.
    /// </summary>
    /// <exception cref="GameException">Not from 1 to <see cref="Limits.RewindTicksMax"/>.</exception>
    public GameBuilder Rewind(int ticks)
    {
        if (ticks is < 1 or > Limits.RewindTicksMax)
        {
            throw new GameException($"{ticks} ticks of rewind are not from 1 to {Limits.RewindTicksMax}");
        }

        RewindTicks = ticks;
        return this;
    }

    /// <summary>
    /// Registers the components of things that walk or fly along paths (<see cref="Position"/>, <see cref="Agent"/>,
    /// <see cref="PathFollower"/>) and of those they go round (<see cref="Obstacle"/>), and the systems that move them in <see cref="Stage.Move"/>.
    /// </summary>
    public GameBuilder UseAgents()
    {
        HasAgents = true;
        _systems.Insert(0, new SystemDefinition<GameContext>("movement of agents", (int)Stage.Move, static game => game.Agents.Run(game.Tick, game.TickSeconds)));
        Component<Position>().Component<Agent>().Component<PathFollower>().Component<Obstacle>();
        return NavMesh is null ? this : Component<MeshAgent>();
    }

    /// <summary>
    /// Gives the match rigid bodies and characters: <see cref="GameContext.Physics"/>, the components <see cref="RigidBody"/>, <see cref="Transform"/>, <see
    /// cref="Velocity"/> and
    /// <see cref="Character"/>, and the systems <c>characters</c> and <c>physics</c> in <see cref="Stage.Physics"/>.
    /// </summary>
    /// <param name="settings">Gravity, substeps, what the map gives, kinds of characters; null for the defaults.</param>
    /// <exception cref="GameException">Told twice, or a setting cannot be; the message names it.</exception>
    public GameBuilder UsePhysics(PhysicsSettings? settings = null)
    {
        if (Physics is not null)
        {
            throw new GameException("UsePhysics is called twice");
        }

        Physics = settings ?? new PhysicsSettings();
        Physics.Check();
        SystemAccess characters = new SystemAccess().Writes<Character>();
        SystemAccess step = new SystemAccess().Reads<RigidBody>().Writes<Transform>().Writes<Velocity>().Structure();
        _systems.Insert(0, new SystemDefinition<GameContext>("characters", (int)Stage.Physics, static game => game.Physics.MoveCharacters(game.TickSeconds), characters));
        _systems.Insert(1, new SystemDefinition<GameContext>("physics", (int)Stage.Physics, static game => game.Physics.Step(game.TickSeconds), step));
        return Component<RigidBody>().Component<Transform>(Physics.ReplicatesTransforms).Component<Velocity>().Component<Character>();
    }

    /// <summary>
    /// Gives the match a navigation mesh, <see cref="GameContext.NavMesh"/>: of the triangles that its map was made from, or of its grid if there are none. With
    /// <see cref="UseAgents"/> it registers <see cref="MeshAgent"/>, too, for agents that walk on it.
    /// </summary>
    /// <param name="settings">Who is to walk on it, in world units, of which a cell is one; null for the defaults. Without tiles it gets some of 48 voxels.</param>
    /// <param name="links">Jumps, ladders, portals.</param>
    /// <exception cref="GameException">Told twice.</exception>
    public GameBuilder UseNavMesh(NavMeshSettings? settings = null, IReadOnlyList<OffMeshLink>? links = null)
    {
        if (NavMesh is not null)
        {
            throw new GameException("UseNavMesh is called twice");
        }

        settings ??= new NavMeshSettings();
        NavMesh = settings.TileVoxels == 0 ? settings with { TileVoxels = 48 } : settings;
        NavMeshLinks = links ?? [];
        return HasAgents ? Component<MeshAgent>() : this;
    }

    internal void RegisterComponents(World world)
    {
        foreach (Action<World> register in _registrations)
        {
            register(world);
        }
    }
}

/// <summary>A kind of input: how large it is and how to hand its bytes to the game.</summary>
internal abstract class InputKind
{
    public abstract int Bytes { get; }

    public abstract string Name { get; }

    public abstract void Apply(GameContext context, PlayerId player, ReadOnlySpan<byte> data);
}

internal sealed class InputKind<T>(InputHandler<T> handler) : InputKind
    where T : unmanaged
{
    public override int Bytes => System.Runtime.CompilerServices.Unsafe.SizeOf<T>();

    public override string Name => typeof(T).Name;

    public override void Apply(GameContext context, PlayerId player, ReadOnlySpan<byte> data)
    {
        T input = MemoryMarshal.Read<T>(data);
        handler(context, player, in input);
    }
}
