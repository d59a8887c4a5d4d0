using RealtimeServer.Ecs;
using RealtimeServer.Ecs.Systems;
using RealtimeServer.Navigation;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Inputs;

namespace RealtimeServer.Simulation;

/// <summary>What happens in a tick, in order.</summary>
internal sealed class TickPipeline
{
    private readonly string _gameName;
    private readonly IGame _game;
    private readonly GameContext _context;
    private readonly InputQueue _inputs;
    private readonly InputLog _log;
    private readonly EventBuffer _events;
    private readonly IReadOnlyDictionary<long, InputKind> _inputKinds;
    private readonly uint[] _inputsProcessed;
    private readonly SystemSchedule<GameContext> _systems;

    /// <exception cref="EcsException">The systems' names or order do not fit; the message names them.</exception>
    public TickPipeline(
        string gameName, IGame game, GameBuilder declared, GameContext context, InputQueue inputs, InputLog log, EventBuffer events, uint[] inputsProcessed)
    {
        _gameName = gameName;
        _game = game;
        _context = context;
        _inputs = inputs;
        _log = log;
        _events = events;
        _inputKinds = declared.Inputs;
        _inputsProcessed = inputsProcessed;
        _systems = new SystemSchedule<GameContext>(context.World, declared.Systems);
    }

    /// <summary>What each system has seen of the world, which a checkpoint must keep.</summary>
    public Span<ulong> LastVersions => _systems.LastVersions;

    public void Run()
    {
        _events.Clear();
        _context.BeginTick();
        ApplyInputs();
        RunSystems();
        _context.EndTick();
    }

    private void ApplyInputs()
    {
        for (int i = 0; i < _inputs.Count; i++)
        {
            _inputs.Get(i, out InputEntryKind kind, out PlayerId player, out int opCode, out ReadOnlySpan<byte> data);
            _log.Add(_context.Tick, kind, player, opCode, data);
            try
            {
                ApplyInput(kind, player, opCode, data);
                _context.World.Commands.Apply();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                string what = kind == InputEntryKind.Input ? $"input {_inputKinds[opCode].Name} (op code {opCode})" : kind.ToString().ToLowerInvariant();
                throw Failure($"{what} of player {player}", error);
            }
        }

        _inputs.Clear();
    }

    private void ApplyInput(InputEntryKind kind, PlayerId player, int opCode, ReadOnlySpan<byte> data)
    {
        switch (kind)
        {
            case InputEntryKind.Join:
                _context.AddPlayer(player);
                _inputsProcessed[player.Value] = 0;
                _game.PlayerJoined(_context, player);
                break;
            case InputEntryKind.Leave:
                _context.RemovePlayer(player);
                _game.PlayerLeft(_context, player);
                break;
            case InputEntryKind.MapChange:
                CellRect changed = MapRuns.Apply(_context.Grid, data);
                (_game as IMapReload)?.MapChanged(_context, changed);
                break;
            default:
                _inputsProcessed[player.Value]++;
                _inputKinds[opCode].Apply(_context, player, data);
                break;
        }
    }

    private void RunSystems()
    {
        try
        {
            _systems.Run(_context);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw Failure($"system '{_systems.Running}'", error);
        }
    }

    private GameException Failure(string where, Exception error) =>
        new($"game '{_gameName}' failed in {where} at tick {_context.Tick}: {error.GetType().Name}: {error.Message}", error);
}
