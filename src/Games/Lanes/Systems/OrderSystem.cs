using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes.Systems;

/// <summary>Sends those who walk or fly to their targets and halts those who are near enough to strike.</summary>
internal sealed class OrderSystem
{
    /// <summary>A goal follows its target in jumps of this many cells: every jump may cost a path search.</summary>
    private const float GoalSlack = 0.75f;

    public void Run(GameContext game)
    {
        foreach (Chunk chunk in game.World.Query().All<Position, Agent, Unit, Fighter>().Build())
        {
            ReadOnlySpan<Position> positions = chunk.Read<Position>();
            Span<Agent> agents = chunk.Span<Agent>();
            ReadOnlySpan<Unit> units = chunk.Read<Unit>();
            ReadOnlySpan<Fighter> fighters = chunk.Read<Fighter>();
            for (int i = 0; i < positions.Length; i++)
            {
                // Written only where it changes: the column of a crowd that walks on is then not packed again.
                UnitState state = Order(game, in fighters[i], positions[i].Value, ref agents[i]);
                if (units[i].State != state)
                {
                    game.World.Get<Unit>(chunk.Entities[i]).State = state;
                }
            }
        }
    }

    private static UnitState Order(GameContext game, in Fighter fighter, Vec2 from, ref Agent agent)
    {
        bool idle = fighter.IdleTicks > 0;
        if (idle || !game.World.IsAlive(fighter.Target))
        {
            agent.Flags |= AgentFlags.Halted;
            return idle ? UnitState.Arriving : UnitState.Walking;
        }

        if (Combat.DistanceTo(game.World, from, fighter.Target) <= UnitKinds.Of(fighter.Kind).Range)
        {
            agent.Flags |= AgentFlags.Halted;
            return UnitState.Fighting;
        }

        agent.Flags &= ~AgentFlags.Halted;
        SetGoal(game, fighter.Target, from, ref agent);
        return UnitState.Walking;
    }

    private static void SetGoal(GameContext game, Entity target, Vec2 from, ref Agent agent)
    {
        ref readonly Building building = ref game.World.TryRead<Building>(target, out bool isBuilding);
        if (!isBuilding)
        {
            Vec2 place = game.World.Read<Position>(target).Value;
            if (Vec2.DistanceSquared(place, agent.Goal) > GoalSlack * GoalSlack)
            {
                agent.Goal = place;
            }

            return;
        }

        // Beside the building, on the side one comes from. Any goal at its edge will do, so one that is there already stays.
        float margin = agent.Radius + 0.1f;
        if (Combat.DistanceToRect(agent.Goal, building.Cells) > margin + 0.01f || !game.Grid.IsOpen(agent.Goal))
        {
            agent.Goal = Beside(game.Grid, from, building.Cells, margin);
        }
    }

    /// <summary>The nearest place beside a building, or if that is not open the nearest open middle of a side.</summary>
    private static Vec2 Beside(Grid grid, Vec2 from, CellRect cells, float margin)
    {
        Vec2 nearest = Combat.NearestInRect(from, cells, margin);
        if (grid.IsOpen(nearest))
        {
            return nearest;
        }

        Vec2 centre = cells.Centre;
        ReadOnlySpan<Vec2> sides =
        [
            new(centre.X, cells.Y - margin), new(centre.X, cells.Y + cells.Height + margin),
            new(cells.X - margin, centre.Y), new(cells.X + cells.Width + margin, centre.Y),
        ];
        float best = float.MaxValue;
        foreach (Vec2 side in sides)
        {
            float distance = Vec2.DistanceSquared(from, side);
            if (distance < best && grid.IsOpen(side))
            {
                best = distance;
                nearest = side;
            }
        }

        return nearest;
    }
}
