using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;

namespace RealtimeServer.Simulation.Agents;

/// <summary>
/// Gives paths to the agents that need one, whatever they walk on: their goal moved away, their path is used up, the map changed across it, or they do not
/// get on. What searches may take in a tick is bounded in units of work, which are the same on every machine; a search that does not end within them goes on
/// in the next
/// tick. Who waits longest comes first, those of higher priority as if they had waited longer.
/// </summary>
/// <remarks>
/// A search under way is remembered by its agent (where it began, how far it came), so that a restored match has it again by searching so far once more.
/// </remarks>
internal sealed class PathPlanner
{
    /// <summary>Ticks without getting on after which an agent looks for another way.</summary>
    private const uint StuckTicksMax = 20;

    // What a tick of being held up adds to a jam; one of free way takes off 1, so that two who push each other to and fro count as held up, too. Whoever
    // begins to slip does so for as many free ticks.
    private const uint JamRise = 2;
    internal const uint JamMax = Limits.JamTicksMax * JamRise;
    private const uint SlipTicks = 60;

    // What a priority of 1 is worth in ticks of waiting.
    private const float PriorityTicks = 16;
    private const float PriorityMost = 4;

    private readonly World _world;
    private readonly AgentGrounds _grounds;
    private readonly Query _agents;
    private readonly SharedWays _ways;
    private readonly Request[] _next = new Request[Limits.PathSearchesPerTickMax]; // the first ones, in order
    private int _nextCount;
    private Entity _searching = Entity.None;

    public PathPlanner(World world, AgentGrounds grounds, Query agents, SharedWays ways)
    {
        _world = world;
        _grounds = grounds;
        _agents = agents;
        _ways = ways;
    }

    /// <summary>Searches finished in the last tick.</summary>
    public int Searches { get; private set; }

    /// <summary>Agents that still wait.</summary>
    public int Waiting { get; private set; }

    /// <summary>Units of work of the last tick.</summary>
    public int Units { get; private set; }

    public void Run(Tick tick)
    {
        Collect(tick);
        Searches = 0;
        int units = Limits.PathUnitsPerTickMax;
        if (!_searching.IsNone)
        {
            Continue(_searching, ref units);
        }

        for (int i = 0; i < _nextCount && units > 0 && _searching.IsNone; i++)
        {
            Plan(_next[i].Agent, ref units);
        }

        Units = Limits.PathUnitsPerTickMax - units;
    }

    // Whoever is being searched for is not among the others; if it needs no path any more, or the map has changed, the search is dropped.
    private void Collect(Tick tick)
    {
        _nextCount = 0;
        Waiting = 0;
        bool found = false;
        foreach (Chunk chunk in _agents)
        {
            Walkers walkers = _grounds.Of(chunk);
            for (int i = 0; i < walkers.Count; i++)
            {
                Walker walker = walkers[i];
                ref PathFollower path = ref walker.Path;
                if (!NeedsPath(in walker))
                {
                    path.WantedSince = 0;
                    path.SearchUnits = 0;
                    continue;
                }

                Waiting++;
                path.WantedSince = path.WantedSince == 0 ? tick.Value : path.WantedSince;
                if (path.SearchUnits > 0 && _grounds.Of(in walker).IsSearchGood(in walker))
                {
                    found = true;
                    Resume(chunk.Entities[i], in walker);
                    continue;
                }

                path.SearchUnits = 0;
                float priority = float.IsFinite(walker.Agent.Priority) ? Math.Clamp(walker.Agent.Priority, -PriorityMost, PriorityMost) : 0;
                Consider(new Request(path.WantedSince - (long)(priority * PriorityTicks), chunk.Entities[i]));
            }
        }

        if (!found)
        {
            _searching = Entity.None;
            _grounds.Grid.CancelSearch();
            _grounds.Mesh?.CancelSearch();
        }
    }

    private void Consider(Request request)
    {
        if (_nextCount == _next.Length)
        {
            if (request.CompareTo(_next[^1]) >= 0)
            {
                return;
            }

            _nextCount--;
        }

        int hole = _nextCount++;
        for (; hole > 0 && request.CompareTo(_next[hole - 1]) < 0; hole--)
        {
            _next[hole] = _next[hole - 1];
        }

        _next[hole] = request;
    }

    // After a match is restored, its search is done again as far as it had come.
    private void Resume(Entity entity, in Walker walker)
    {
        if (_searching != entity)
        {
            _searching = entity;
            _grounds.Of(in walker).RepeatSearch(in walker, walker.Path.SearchUnits);
        }
    }

    private bool NeedsPath(in Walker walker)
    {
        ref Agent agent = ref walker.Agent;
        ref PathFollower path = ref walker.Path;
        IAgentGround ground = _grounds.Of(in walker);
        if (walker.Flies || walker.IsHalted || agent.Speed <= 0 || !agent.Goal.IsFinite || !ground.CanWalk(in walker))
        {
            return false;
        }

        // Who slides along others without getting nearer is held up, too; who waits in its turn is not.
        float onWay = Vec2.Dot(agent.Velocity, path.WantedVelocity.Normalized());
        bool held = agent.State == AgentState.Moving && !path.Choke.IsWaiting && onWay < agent.Speed * 0.1f;
        path.StuckTicks = held ? path.StuckTicks + 1 : 0;
        bool slipped = path.SlipsThrough;
        path.Jam = held ? Math.Min(path.Jam + JamRise, JamMax + SlipTicks) : path.Jam - Math.Min(path.Jam, 1);
        path.Jam = path.SlipsThrough && !slipped ? JamMax + SlipTicks : path.Jam;
        if (_ways.TryFind(in walker, out _))
        {
            return false;
        }

        float stop = MathF.Max(agent.StopDistance, 0.05f);
        if (ground.GoalDistanceSquared(in walker) <= stop * stop)
        {
            return false;
        }

        // While it is searched for, an agent goes on along its old path, which looks like one to the new goal.
        bool isSearched = path.SearchUnits > 0;
        bool usedUp = path.Remaining == 0 && path.Partial == 0 && agent.State != AgentState.Arrived;
        return isSearched || ground.HasGoalMoved(in walker) || ground.IsChangedAhead(in walker) || usedUp || path.StuckTicks > StuckTicksMax;
    }

    private void Plan(Entity entity, ref int units)
    {
        Walker walker = _grounds.Of(_world, entity);
        IAgentGround ground = _grounds.Of(in walker);
        ref PathFollower path = ref walker.Path;
        path.PlannedGoal = walker.Agent.Goal;
        path.StuckTicks = 0;
        units -= Limits.PathUnitsLook;
        if (ground.TryPlanStraight(in walker))
        {
            path.Next = 0;
            path.WantedSince = 0;
            path.Partial = 0;
            path.Count = 1;
            Waiting--;
            return;
        }

        _searching = entity;
        ground.BeginSearch(in walker, ref units);
        Continue(entity, ref units);
    }

    private void Continue(Entity entity, ref int units)
    {
        Walker walker = _grounds.Of(_world, entity);
        ref PathFollower path = ref walker.Path;
        int before = units;
        if (!_grounds.Of(in walker).TryContinueSearch(in walker, ref units, out PathResult found))
        {
            path.SearchUnits += Math.Max(before - units, 1);
            return;
        }

        _searching = Entity.None;
        Searches++;
        Waiting--;
        path.SearchUnits = 0;
        path.Next = 0;
        path.WantedSince = 0;
        path.StuckTicks = 0;
        path.Count = found.Status == PathStatus.Unreachable ? 0 : found.Count;

        // A path cut for lack of room is continued from its end, even if it then leads only near the goal.
        path.Partial = found.ReachesGoal || found.Status == PathStatus.BufferTooSmall ? 0u : 1u;
    }

    private readonly record struct Request(long Since, Entity Agent) : IComparable<Request>
    {
        public int CompareTo(Request other)
        {
            int order = Since.CompareTo(other.Since);
            return order != 0 ? order : Agent.Index.CompareTo(other.Agent.Index);
        }
    }
}
