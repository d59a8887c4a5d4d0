using RealtimeServer.Foundation;
using RealtimeServer.Navigation;

namespace RealtimeServer.Simulation.Agents;

/// <summary>What agents walk on: how they plan over it, look along it and step on it.</summary>
internal interface IAgentGround
{
    /// <summary>False for one that stands where this ground is not, and none is near.</summary>
    bool CanWalk(in Walker walker);

    /// <summary>Squared, as seen from above; beyond all numbers where the goal lies on another floor.</summary>
    float GoalDistanceSquared(in Walker walker);

    /// <summary>True for a goal that is, or has moved, so far from the one planned for that it is worth a new plan.</summary>
    bool HasGoalMoved(in Walker walker);

    /// <summary>
    /// Whether ground that changed since the path was made concerns what is left of it. If not, the path is good for the ground as it is. Where no way led to the goal,
    /// any change may open one.
    /// </summary>
    bool IsChangedAhead(in Walker walker);

    /// <summary>Plans the straight way to a goal that is near and in plain sight; far ones need a search, because the straight line may cross costly ground.</summary>
    bool TryPlanStraight(in Walker walker);

    /// <summary>Begins to search for a path from where the agent stands; one search at a time.</summary>
    /// <param name="units">Of work; what was used is taken off.</param>
    void BeginSearch(in Walker walker, ref int units);

    /// <summary>Goes on with it.</summary>
    /// <returns>True once the path is written.</returns>
    bool TryContinueSearch(in Walker walker, ref int units, out PathResult found);

    /// <summary>True if the search that was begun for an agent is for where it wants to go, over ground as it is now.</summary>
    bool IsSearchGood(in Walker walker);

    /// <summary>Does a search that was begun for an agent again, as far as it had come.</summary>
    void RepeatSearch(in Walker walker, int units);

    void CancelSearch();

    /// <summary>How near an agent comes to a point of its path where it turns, if it does not see the next one before.</summary>
    float WaypointReach(in Walker walker);

    /// <summary>True if the straight way to a point of the path is clear.</summary>
    bool Sees(in Walker walker, Vec2 point);

    /// <summary>Moves it towards a point, as far as the ground allows.</summary>
    void Step(in Walker walker, Vec2 to);
}
