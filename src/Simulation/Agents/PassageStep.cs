using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Chokes;
using RealtimeServer.Navigation.Flow;

namespace RealtimeServer.Simulation.Agents;

/// <summary>Lets crowds that meet at a narrow passage take turns; see <see cref="ChokeTraffic"/>.</summary>
internal sealed class PassageStep
{
    private readonly GridNavigation _navigation;
    private readonly AgentGrounds _grounds;
    private readonly Query _agents;
    private readonly SharedWays _ways;
    private readonly ChokeTraffic _traffic;
    private ChokeTraveller[] _travellers = new ChokeTraveller[64];
    private int _count;

    public PassageStep(GridNavigation navigation, AgentGrounds grounds, Query agents, SharedWays ways)
    {
        _navigation = navigation;
        _grounds = grounds;
        _agents = agents;
        _ways = ways;
        _traffic = new ChokeTraffic(navigation.Chokes);
    }

    /// <summary>What each agent is asked to do, in the query's order.</summary>
    public ReadOnlySpan<ChokeTraveller> Travellers => _travellers.AsSpan(0, _count);

    public void Run(Tick tick, float seconds)
    {
        _count = 0;
        foreach (Chunk chunk in _agents)
        {
            Walkers walkers = _grounds.Of(chunk);
            if (_count + chunk.Count > _travellers.Length)
            {
                Array.Resize(ref _travellers, Math.Max(_travellers.Length * 2, _count + chunk.Count));
            }

            for (int i = 0; i < walkers.Count; i++)
            {
                _travellers[_count++] = TravellerOf(walkers[i]);
            }
        }

        _traffic.Run(_travellers.AsSpan(0, _count), tick.Value, seconds);
        int at = 0;
        foreach (Chunk chunk in _agents)
        {
            ReadOnlySpan<Agent> agents = chunk.Read<Agent>();
            Span<PathFollower> paths = chunk.Span<PathFollower>();
            for (int i = 0; i < chunk.Count; i++)
            {
                ref readonly ChokeTraveller traveller = ref _travellers[at++];
                paths[i].Choke = traveller.Visit;
                if (traveller.Order == ChokeOrder.Wait || traveller.Heading != Vec2.Zero)
                {
                    paths[i].WantedVelocity = traveller.Heading * agents[i].Speed;
                }
            }
        }
    }

    private ChokeTraveller TravellerOf(in Walker walker)
    {
        Vec2 at = walker.Position.Value;
        ref PathFollower path = ref walker.Path;
        ChokeTraveller traveller = new() { Position = at, Next = at, After = at, Later = at, Radius = walker.Agent.Radius };
        if (walker.IsOnMesh || (path.WantedVelocity == Vec2.Zero && !path.Choke.IsWaiting))
        {
            return traveller;
        }

        if (path.Next < path.Count)
        {
            traveller.Next = path.Points[path.Next];
            traveller.After = path.Next + 1 < path.Count ? path.Points[path.Next + 1] : traveller.Next;
            traveller.Later = path.Next + 2 < path.Count ? path.Points[path.Next + 2] : traveller.After;
        }
        else if (_ways.TryFind(in walker, out FlowField? way) && way.TryNext(at, out Vec2 next))
        {
            traveller.Next = next;
            traveller.After = traveller.Later = way.TryNext(next, out Vec2 after) ? after : next;
        }

        bool walks = !walker.Flies && !walker.IsHalted && _navigation.Grid.IsOpen(at);
        traveller.Visit = walks ? path.Choke : default;
        return walks ? traveller : traveller with { Next = at, After = at, Later = at };
    }
}
