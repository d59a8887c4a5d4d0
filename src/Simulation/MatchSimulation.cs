using System.Buffers;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics;
using RealtimeServer.Physics.DebugDraw;
using RealtimeServer.Physics.Threads;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Checkpoints;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Inputs;
using RealtimeServer.Simulation.Replication;
using RealtimeServer.Simulation.Snapshots;

namespace RealtimeServer.Simulation;

/// <summary>What became of an input.</summary>
public enum InputOutcome
{
    /// <summary>It takes effect in the next step.</summary>
    Accepted,

    /// <summary>The game knows no such input.</summary>
    UnknownOpCode,

    /// <summary>The bytes are not as many as the input's struct has.</summary>
    WrongSize,

    /// <summary>A spectator, or a slot nobody has.</summary>
    NotAPlayer,

    /// <summary>Too much waits for the next step already.</summary>
    QueueFull,
}

/// <summary>
/// One match: its world, its game and what is waiting to change it. Single-threaded; it knows no clock, no socket and no database, and
/// is a function of its <see cref="MatchSetup"/> and its inputs.
/// </summary>
public sealed class MatchSimulation : IDisposable
{
    private readonly InputQueue _inputs = new();
    private readonly EventBuffer _events = new();
    private readonly GameContext _context;
    private readonly TickPipeline _pipeline;
    private readonly SnapshotWriter _snapshots;
    private readonly GameBuilder _declared;
    private readonly bool[] _slotTaken;
    private readonly uint[] _inputsProcessed = new uint[Limits.PlayersMax + 1];
    private GameMap _map;
    private MatchCheckpoint? _checkpoint;

    /// <summary>Configures the game, makes its world and starts it; no tick has run then.</summary>
    /// <exception cref="GameException">The game or its parameters are wrong, or the game threw; the message says where.</exception>
    public MatchSimulation(MatchSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        Setup = setup;
        _map = setup.Map;
        IGame game = null!;
        Guard("Create", () => game = setup.Game.Create());
        _declared = new GameBuilder(setup.Parameters);
        _declared.ReloadsMap = game is IMapReload;
        Guard("Configure", () => game.Configure(_declared));
        Schema = new ReplicationSchema(_declared.Replicated);
        _slotTaken = new bool[_declared.PlayersMax + 1];
        var world = new World();
        try
        {
            Guard("Configure", () => _declared.RegisterComponents(world));
            GameContext context = null!;
            TickPipeline pipeline = null!;
            Guard("Configure", () =>
            {
                context = new GameContext(setup, _declared, world, _events);
                pipeline = new TickPipeline(setup.Game.Name, game, _declared, context, _inputs, Log, _events, _inputsProcessed);
            });
            _context = context;
            _pipeline = pipeline;
            _snapshots = new SnapshotWriter(world, Schema);
            Guard("Start", () =>
            {
                game.Start(context);
                world.Commands.Apply();
                context.Started();
                world.Seal();
            });
            setup.Parameters.RefuseUnknown();
        }
        catch
        {
            world.Dispose();
            throw;
        }
    }

    public MatchSetup Setup { get; }

    public int TickRateHz => _declared.TickRateHz;

    public int PlayersMax => _declared.PlayersMax;

    public Tick Tick => _context.Tick;

    /// <summary>True once the game has ended the match; stepping further is an error.</summary>
    public bool Ended => _context.Ended;

    /// <summary>What the game said at its end; null before.</summary>
    public string? ResultJson => _context.ResultJson;

    public ReplicationSchema Schema { get; }

    /// <summary>Everything that changed the match from outside so far.</summary>
    public InputLog Log { get; } = new();

    /// <summary>The world, for tests, inspection and debugging between two steps. Changing it breaks replays.</summary>
    public World World => _context.World;

    /// <summary>The bodies, for tests, inspection and debugging between two steps; null for a game without physics. Changing them breaks replays.</summary>
    public PhysicsWorld? Physics => _context.HasPhysics ? _context.Physics.World : null;

    /// <summary>Draws characters and bodies for people to look at, between two steps; nothing for a game without physics. Changes nothing.</summary>
    public void DrawPhysics(DebugPicture picture, DebugLayers layers = DebugLayers.All)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (_context.HasPhysics)
        {
            _context.Physics.Draw(picture, layers);
        }
    }

    /// <summary>The cells, for tests, inspection and debugging between two steps. Changing them breaks replays.</summary>
    public Grid Grid => _context.Grid;

    /// <summary>What agents want and do, for people to look at, between two steps; none for a game without agents. Changes nothing.</summary>
    /// <param name="most">Of more only the first are given.</param>
    /// <returns>Also how many were left out.</returns>
    public (IReadOnlyList<AgentTrace> Agents, int LeftOut) TraceAgents(int most) => _context.HasAgents ? _context.Agents.Trace(most) : ([], 0);

    /// <summary>What agents go round, for people to look at, between two steps; none for a game without agents. Changes nothing.</summary>
    /// <param name="most">Of more only the first are given.</param>
    public IReadOnlyList<ObstacleTrace> TraceObstacles(int most) => _context.HasAgents ? _context.Agents.TraceObstacles(most) : [];

    /// <summary>Threads that help to step the bodies of a large match, for the host to lend. The bits are the same with any number.</summary>
    public PhysicsThreads? PhysicsThreads
    {
        get => _context.HasPhysics ? _context.Physics.Threads : null;
        set
        {
            if (_context.HasPhysics)
            {
                _context.Physics.Threads = value;
            }
        }
    }

    /// <summary>Events of the last step.</summary>
    public int EventCount => _events.Count;

    public SimulationEvent Event(int index) => _events[index];

    /// <summary>Takes the lowest free slot, or none if all are taken: then the member watches. The game hears of it in the next step.</summary>
    public PlayerId Join()
    {
        int slot = Array.IndexOf(_slotTaken, false, 1);
        if (slot < 0 || Ended || _inputs.IsFull)
        {
            return PlayerId.None;
        }

        var player = new PlayerId((byte)slot);
        _slotTaken[slot] = true;
        _inputsProcessed[slot] = 0;
        _inputs.AddChange(InputEntryKind.Join, player);
        return player;
    }

    /// <summary>Frees a slot; nothing happens for one that is free or none. The game hears of it in the next step.</summary>
    public void Leave(PlayerId player)
    {
        if (IsTaken(player))
        {
            _slotTaken[player.Value] = false;
            _inputs.AddChange(InputEntryKind.Leave, player);
        }
    }

    /// <summary>Queues what a player did for the next step, after what arrived before it.</summary>
    public InputOutcome Input(PlayerId player, long opCode, ReadOnlySpan<byte> data)
    {
        if (!IsTaken(player))
        {
            return InputOutcome.NotAPlayer;
        }

        if (!_declared.Inputs.TryGetValue(opCode, out InputKind? kind))
        {
            return InputOutcome.UnknownOpCode;
        }

        if (data.Length != kind.Bytes)
        {
            return InputOutcome.WrongSize;
        }

        return _inputs.TryAddInput(player, (int)opCode, data) ? InputOutcome.Accepted : InputOutcome.QueueFull;
    }

    /// <summary>
    /// Takes over, in the next step, the cells that a designer has changed in the map of this match. Nothing happens if the game does not implement <see cref="IMapReload"/>, if the maps are not
    /// equally large, or if more has changed than one tick takes: then only later matches have it.
    /// </summary>
    /// <returns>True if cells will change.</returns>
    public bool ReplaceMap(MapReplacement replacement)
    {
        ArgumentNullException.ThrowIfNull(replacement);
        const int RunBytes = 8;
        if (!_declared.ReloadsMap || Ended || MapDifference.Between(_map, replacement.Map, Limits.InputBytesWaitingMax / RunBytes) is not { } runs)
        {
            return false;
        }

        if (runs.Count > 0 && !_inputs.TryAddMapChange(MapRuns.Bytes(runs.ToArray())))
        {
            return false;
        }

        _map = replacement.Map;
        return runs.Count > 0;
    }

    /// <summary>Queues a part of a change as a log has it.</summary>
    internal bool ChangeMap(ReadOnlySpan<byte> runs) => _declared.ReloadsMap && MapRuns.Fit(_context.Grid, runs) && _inputs.TryAddMapChange(runs);

    /// <summary>How many inputs of the player's slot have taken effect since it was last joined.</summary>
    public uint InputsProcessed(PlayerId player) => IsTaken(player) ? _inputsProcessed[player.Value] : 0;

    /// <summary>Simulates one tick.</summary>
    /// <exception cref="GameException">The game threw: the match is over, and its state is not to be trusted.</exception>
    /// <exception cref="InvalidOperationException">The match has ended.</exception>
    public void Step()
    {
        if (Ended)
        {
            throw new InvalidOperationException("The match has ended: it has no next tick.");
        }

        _pipeline.Run();
    }

    /// <summary>
    /// Writes the bodies of the snapshot's parts, each at most <see cref="Limits.SnapshotBodyBytesMax"/> bytes, one behind the other.
    /// </summary>
    /// <param name="buffer">Room for as many bodies as parts may come.</param>
    /// <param name="parts">Receives where each lies in the buffer.</param>
    /// <returns>How many parts there are, at least one.</returns>
    /// <exception cref="GameException">The world does not fit.</exception>
    public int WriteSnapshot(Span<byte> buffer, Span<Range> parts) => _snapshots.Write(buffer, parts);

    /// <summary>A hash of all that decides the match's future: world, map, chance, players and tick.</summary>
    public ulong Hash()
    {
        var hash = new StateHash(seed: 0);
        _context.Hash(ref hash);
        return hash.Value;
    }

    /// <summary>
    /// Writes all that decides the match's future, for another process or to come back to: the world, chance, players, waiting inputs, the grid and the log.
    /// Between two steps. Events of the last step are not in it.
    /// </summary>
    /// <exception cref="EcsException">The world has a managed component without a serializer.</exception>
    public void Save(IBufferWriter<byte> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        Checkpoint.Save(to);
    }

    /// <summary>
    /// Makes this match the one that was saved, in the same process or another; given the same inputs it goes on with the same bits. What the
    /// game keeps outside of the world's components and singletons is not restored.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The bytes are no checkpoint of this version, are damaged, or belong to another setup or another version of the game; the message says
    /// which. Nothing has changed then.
    /// </exception>
    public void Restore(ReadOnlySpan<byte> saved)
    {
        Checkpoint.Restore(saved);
        _events.Clear();
    }

    public void Dispose() => _context.World.Dispose();

    private MatchCheckpoint Checkpoint =>
        _checkpoint ??= new MatchCheckpoint(Setup, _context, _declared, _inputs, Log, _pipeline, _slotTaken, _inputsProcessed);

    internal bool IsTaken(PlayerId player) => player.Value < _slotTaken.Length && _slotTaken[player.Value];

    private void Guard(string where, Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is not (OutOfMemoryException or GameException))
        {
            throw new GameException($"game '{Setup.Game.Name}' failed in {where}: {error.GetType().Name}: {error.Message}", error);
        }
    }
}
