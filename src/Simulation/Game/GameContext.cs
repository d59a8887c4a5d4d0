using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using RealtimeServer.Ecs;
using RealtimeServer.Ecs.Checkpoints;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Meshes;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Bodies;

namespace RealtimeServer.Simulation.Game;

/// <summary>What a game's code sees of its match. Valid only inside the calls it is given to.</summary>
public sealed class GameContext
{
    private readonly IReadOnlyDictionary<Type, int> _eventOpCodes;
    private readonly EventBuffer _events;
    private readonly PlayerId[] _players;
    private readonly AgentMovement? _agents;
    private readonly MatchPhysics? _physics;
    private readonly WorldHistory? _history;
    private readonly MatchNavMesh? _navMesh;
    private DeterministicRandom _random;
    private int _playerCount;

    internal GameContext(MatchSetup setup, GameBuilder game, World world, EventBuffer events)
    {
        World = world;
        Map = setup.Map;
        Grid = setup.Map.CreateGrid();
        Parameters = setup.Parameters;
        TickRateHz = game.TickRateHz;
        TickSeconds = 1f / game.TickRateHz;
        _eventOpCodes = game.Events;
        _events = events;
        _players = new PlayerId[game.PlayersMax];
        _random = new DeterministicRandom(setup.Seed);
        Navigation = new GridNavigation(Grid);
        _physics = game.Physics is { } settings ? new MatchPhysics(world, setup.Map, Grid, settings, game.RewindTicks) : null;
        _navMesh = game.NavMesh is { } ground ? new MatchNavMesh(setup.Map, Grid, ground, game.NavMeshLinks) : null;
        _agents = game.HasAgents ? new AgentMovement(world, setup.Map, Navigation, _navMesh) : null;
        _history = game.RewindTicks > 0 ? new WorldHistory(world, game.RewindTicks) : null;
    }

    /// <summary>Entities, components and singletons.</summary>
    public World World { get; }

    /// <summary>The tick being simulated; zero while the game starts.</summary>
    public Tick Tick { get; internal set; }

    public int TickRateHz { get; }

    /// <summary>Length of a tick.</summary>
    public float TickSeconds { get; }

    /// <summary>The match's only source of chance, part of its state.</summary>
    public ref DeterministicRandom Random => ref _random;

    /// <summary>The map as its designer drew it.</summary>
    public GameMap Map { get; }

    /// <summary>This match's own walkable cells; blocking some makes agents find other ways.</summary>
    public Grid Grid { get; }

    /// <summary>Paths, flow fields and choke points of the grid. Ask anew every tick: a restored match has another.</summary>
    public GridNavigation Navigation { get; private set; }

    /// <summary>Moves what has an <see cref="Agent"/>.</summary>
    /// <exception cref="GameException">The game did not declare agents.</exception>
    public AgentMovement Agents => _agents ?? throw new GameException("this game has no agents: call UseAgents() in Configure");

    /// <summary>Bodies and characters, what they touched, and what can be asked of them.</summary>
    /// <exception cref="GameException">The game did not declare physics.</exception>
    public MatchPhysics Physics => _physics?.Settled() ?? throw new GameException("this game has no physics: call UsePhysics() in Configure");

    /// <summary>
    /// The navigation mesh, to ask (<see cref="LiveNavMesh.Query"/>) and to put obstacles on: right for those, and for the grid, as they are now. Points found
    /// before a change are to be
    /// found again, and a restored match has another mesh.
    /// </summary>
    /// <exception cref="GameException">The game did not declare a navigation mesh.</exception>
    public LiveNavMesh NavMesh => _navMesh?.Settled() ?? throw new GameException("this game has no navigation mesh: call UseNavMesh() in Configure");

    public MatchParameters Parameters { get; }

    /// <summary>Who plays now, lowest slot first.</summary>
    public ReadOnlySpan<PlayerId> Players => _players.AsSpan(0, _playerCount);

    /// <summary>The world as it was at the end of an earlier tick, to look at: where others were when a player acted.</summary>
    /// <param name="tick">No later than the last one, and no more ticks ago than the game asked <see cref="GameBuilder.Rewind"/> to keep.</param>
    /// <returns>False if that tick is not kept.</returns>
    /// <exception cref="GameException">The game did not ask to keep any.</exception>
    public bool TryPast(Tick tick, [NotNullWhen(true)] out WorldCheckpoint? past) =>
        (_history ?? throw new GameException("this game keeps no past: call Rewind(ticks) in Configure")).TryFind(tick.Value, out past);

    internal bool Ended => ResultJson is not null;

    internal string? ResultJson { get; private set; }

    /// <summary>Tells one player something, reliably and in order, after this tick.</summary>
    /// <exception cref="GameException">The event was not declared, or the tick has told too much.</exception>
    public void Send<T>(PlayerId to, in T message)
        where T : unmanaged
    {
        if (!_eventOpCodes.TryGetValue(typeof(T), out int opCode))
        {
            throw new GameException($"event {typeof(T).Name} is not declared: call Event<{typeof(T).Name}>(opCode) in Configure");
        }

        _events.Add(to, opCode, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in message)));
    }

    /// <summary>Tells everybody in the match something, spectators too, reliably and in order, after this tick.</summary>
    /// <exception cref="GameException">The event was not declared, or the tick has told too much.</exception>
    public void Broadcast<T>(in T message)
        where T : unmanaged => Send(PlayerId.None, in message);

    /// <summary>Ends the match after this tick.</summary>
    /// <param name="resultJson">JSON text for players, hooks and records; the first call counts.</param>
    public void End(string resultJson)
    {
        ArgumentException.ThrowIfNullOrEmpty(resultJson);
        ResultJson ??= resultJson;
    }

    internal bool HasPhysics => _physics is not null;

    internal bool HasAgents => _agents is not null;

    /// <summary>A tick begins: what was told in the last is forgotten.</summary>
    internal void BeginTick()
    {
        _physics?.Settled();
        World.ClearEvents();
        _physics?.BeginTick();
        Tick = Tick.Next;
    }

    /// <summary>A tick ends: the world is settled, and kept if the game asked for it.</summary>
    internal void EndTick()
    {
        _physics?.Settled();
        _history?.Save(Tick.Value);
    }

    /// <summary>The game has started, before the first tick.</summary>
    internal void Started()
    {
        _physics?.Settled();
        _agents?.Prepare();
    }

    internal void Save(StateWriter writer)
    {
        writer.Int((int)Tick.Value);
        writer.Value(in _random);
        writer.Int(_playerCount);
        writer.Values<PlayerId>(Players);
        writer.Text(ResultJson ?? "");
        _physics?.Save(writer);
        _navMesh?.Save(writer);
        _history?.Save(writer);
    }

    /// <summary>Reads all of it before anything changes; what is returned makes the change.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of another game.</exception>
    internal Action Read(ref StateReader reader)
    {
        var tick = new Tick((uint)reader.Int());
        DeterministicRandom random = reader.Value<DeterministicRandom>();
        int count = reader.Count(_players.Length, "players");
        PlayerId[] players = MemoryMarshal.Cast<byte, PlayerId>(reader.Bytes(count)).ToArray();
        for (int i = 0; i < count; i++)
        {
            if (players[i].Value < 1 || players[i].Value > _players.Length || (i > 0 && players[i].Value <= players[i - 1].Value))
            {
                throw new InvalidDataException($"The checkpoint's player {players[i]} is none of {_players.Length}, or out of order.");
            }
        }

        string result = reader.Text(Limits.ResultBytesMax);
        Action? physics = _physics?.Read(ref reader);
        Action? navMesh = _navMesh?.Read(ref reader);
        Action? history = _history?.Read(ref reader);
        return () =>
        {
            Tick = tick;
            _random = random;
            players.CopyTo(_players, 0);
            _playerCount = count;
            ResultJson = result.Length == 0 ? null : result;
            physics?.Invoke();
            navMesh?.Invoke();
            history?.Invoke();
        };
    }

    /// <summary>After the grid has become another: what agents know of it is forgotten.</summary>
    internal void ForgetPaths()
    {
        Navigation = new GridNavigation(Grid);
        _navMesh?.Remake();
        _agents?.Use(Navigation);
        _agents?.Prepare();
    }

    internal void AddPlayer(PlayerId player)
    {
        int at = _playerCount++;
        while (at > 0 && _players[at - 1].Value > player.Value)
        {
            _players[at] = _players[at - 1];
            at--;
        }

        _players[at] = player;
    }

    internal void RemovePlayer(PlayerId player)
    {
        int at = Array.IndexOf(_players, player, 0, _playerCount);
        _players.AsSpan(at + 1, _playerCount - at - 1).CopyTo(_players.AsSpan(at));
        _playerCount--;
    }

    internal void Hash(ref StateHash hash)
    {
        World.Hash(ref hash);
        Grid.Hash(ref hash);
        hash.Add(MemoryMarshal.AsBytes(new ReadOnlySpan<DeterministicRandom>(in _random)));
        hash.Add((ulong)Tick.Value);
        hash.Add(MemoryMarshal.AsBytes(Players));
        hash.Add(Ended ? 1L : 0L);
        _physics?.Hash(ref hash);
        _navMesh?.Hash(ref hash);
    }
}
