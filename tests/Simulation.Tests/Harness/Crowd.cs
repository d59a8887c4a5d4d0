using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation.Agents;

namespace RealtimeServer.Simulation.Harness;

/// <summary>A match of nothing but agents, which a test places and watches.</summary>
internal sealed class Crowd : IDisposable
{
    private readonly MatchSimulation _match;
    private readonly ScriptedGame _game;
    private readonly List<Entity> _agents = [];

    public Crowd(GameMap map, int hz = 30)
    {
        _game = new ScriptedGame { OnConfigure = game => game.TickRate(hz).UseAgents() };
        _match = _game.Simulate(map);
    }

    public Grid Grid => _game.Context.Grid;

    public MatchSimulation Match => _match;

    public AgentMovement Movement => _game.Context.Agents;

    public int Searches => _game.Context.Agents.Searches;

    public IReadOnlyList<Entity> Agents => _agents;

    public Entity Add(Vec2 at, Vec2 goal, AgentFlags flags = AgentFlags.None, float speed = 2, float radius = 0.3f)
    {
        Entity agent = _match.World.Create(
            new Position(at),
            new Agent { Goal = goal, Radius = radius, Speed = speed, StopDistance = 0.2f, Flags = flags },
            default(PathFollower));
        _agents.Add(agent);
        return agent;
    }

    public ref Agent Agent(Entity agent) => ref _match.World.Get<Agent>(agent);

    public Vec2 At(Entity agent) => _match.World.Get<Position>(agent).Value;

    public bool Stands(Entity agent) => Grid.IsOpen(At(agent));

    /// <summary>Steps until something holds, at most so many seconds; after every step each walker must be in an open cell.</summary>
    public bool Run(float seconds, Func<bool>? until = null)
    {
        int ticks = (int)(seconds * _match.TickRateHz);
        for (int i = 0; i < ticks; i++)
        {
            _match.Step();
            foreach (Entity agent in _agents)
            {
                bool flies = (Agent(agent).Flags & AgentFlags.Flying) != 0;
                Assert.True(flies || Stands(agent), $"{agent} stands in a closed cell at {At(agent)} in tick {_match.Tick}");
            }

            if (until?.Invoke() == true)
            {
                return true;
            }
        }

        return until is null;
    }

    public bool HasArrived(Entity agent) => Agent(agent).State == AgentState.Arrived;

    public void Dispose() => _match.Dispose();
}
