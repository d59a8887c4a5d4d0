using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Flow;

namespace RealtimeServer.Simulation.Agents;

/// <summary>
/// The flow fields that agents share in one tick, and how many have arrived at each goal. Which goals have a field depends on the agents alone, never on
/// what was cached: the first
/// ones in the query's order.
/// </summary>
internal sealed class SharedWays
{
    private readonly GridNavigation _navigation;
    private readonly AgentGrounds _grounds;
    private readonly Query _agents;
    private readonly List<Way> _ways = [];
    private readonly Dictionary<Vec2, int> _arrived = [];

    public SharedWays(GridNavigation navigation, AgentGrounds grounds, Query agents)
    {
        _navigation = navigation;
        _grounds = grounds;
        _agents = agents;
    }

    public void Collect()
    {
        _ways.Clear();
        _arrived.Clear();
        foreach (Chunk chunk in _agents)
        {
            Walkers walkers = _grounds.Of(chunk);
            for (int i = 0; i < walkers.Count; i++)
            {
                Walker walker = walkers[i];
                ref Agent agent = ref walker.Agent;
                if (agent.State == AgentState.Arrived && agent.Goal.IsFinite)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(_arrived, agent.Goal, out _)++;
                }

                if (Shares(in walker) && _ways.Count < _navigation.Fields.CountMax && !Find(in agent, out _))
                {
                    Cell goal = GoalOf(in agent);
                    _ways.Add(new Way(goal, RadiusOf(in agent), _navigation.Fields.To(goal, RadiusOf(in agent))));
                }
            }
        }
    }

    /// <summary>How many of those who go to a point are there, or as near as the others let them; they are counted at the beginning of the tick.</summary>
    public int ArrivedAt(Vec2 goal) => _arrived.GetValueOrDefault(goal);

    /// <summary>The field an agent goes along, if it shares one.</summary>
    public bool TryFind(in Walker walker, [NotNullWhen(true)] out FlowField? field)
    {
        field = null;
        return Shares(in walker) && Find(in walker.Agent, out field);
    }

    /// <summary>Agents keep half a cell from walls at most, as where they walk along paths.</summary>
    public static float RadiusOf(in Agent agent) => MathF.Min(agent.Radius, Limits.PathRadiusMax);

    private bool Find(in Agent agent, [NotNullWhen(true)] out FlowField? field)
    {
        Cell goal = GoalOf(in agent);
        float radius = RadiusOf(in agent);
        foreach (Way way in _ways)
        {
            if (way.Goal == goal && way.Radius == radius)
            {
                field = way.Field;
                return true;
            }
        }

        field = null;
        return false;
    }

    private static bool Shares(in Walker walker) =>
        (walker.Agent.Flags & (AgentFlags.SharesWay | AgentFlags.Flying)) == AgentFlags.SharesWay && !walker.IsOnMesh && walker.Agent.Goal.IsFinite;

    private Cell GoalOf(in Agent agent) => Cell.At(new Vec2(
        Math.Clamp(agent.Goal.X, 0, _navigation.Grid.Width - 0.5f), Math.Clamp(agent.Goal.Y, 0, _navigation.Grid.Height - 0.5f)));

    private readonly record struct Way(Cell Goal, float Radius, FlowField Field);
}
