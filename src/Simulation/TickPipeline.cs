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
    private readonly GameSystem[] _beforeMoving;
    private readonly GameSystem[] _afterMoving;
    private readonly bool _hasAgents;

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
        _hasAgents = declared.HasAgents;

        // OrderBy is stable: systems of one stage keep the order in which they were declared.
        GameSystem[] ordered = [.. declared.Systems.OrderBy(system => system.Stage)];
        _beforeMoving = [.. ordered.Where(system => system.Stage < Stage.Move)];
        _afterMoving = [.. ordered.Where(system => system.Stage >= Stage.Move)];
    }

    public void Run()
    {
        _events.Clear();
        _context.Tick = _context.Tick.Next;
        ApplyInputs();
        RunSystems(_beforeMoving);
        MoveAgents();
        RunSystems(_afterMoving);
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
            default:
                _inputsProcessed[player.Value]++;
                _inputKinds[opCode].Apply(_context, player, data);
                break;
        }
    }

    private void RunSystems(GameSystem[] systems)
    {
        foreach (GameSystem system in systems)
        {
            try
            {
                system.Run(_context);
                _context.World.Commands.Apply();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                throw Failure($"system '{system.Name}'", error);
            }
        }
    }

    private void MoveAgents()
    {
        if (!_hasAgents)
        {
            return;
        }

        try
        {
            _context.Agents.Run(_context.Tick, _context.TickSeconds);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw Failure("the movement of agents", error);
        }
    }

    private GameException Failure(string where, Exception error) =>
        new($"game '{_gameName}' failed in {where} at tick {_context.Tick}: {error.GetType().Name}: {error.Message}", error);
}
