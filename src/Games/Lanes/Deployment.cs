using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes;

/// <summary>The rules of deploying, the same for people and for the game's own opponent.</summary>
internal static class Deployment
{
    /// <summary>Deploys and takes the price, or changes nothing and says why.</summary>
    public static Refusal TryDeploy(GameContext game, Entity player, in DeployUnit wish)
    {
        ref PlayerState state = ref game.World.Get<PlayerState>(player);
        Refusal refusal = Check(game, state.Player, in wish);
        if (refusal != Refusal.None)
        {
            return refusal;
        }

        int cost = UnitKinds.Of((UnitKind)wish.Kind).Cost;
        if (state.Energy < cost)
        {
            return Refusal.NotEnoughEnergy;
        }

        state.Energy -= cost;
        Place(game, state.Player, (UnitKind)wish.Kind, new Vec2(wish.X, wish.Y));
        return Refusal.None;
    }

    /// <summary>All rules but the price.</summary>
    public static Refusal Check(GameContext game, byte player, in DeployUnit wish)
    {
        if (UnitKinds.Deployable(wish.Kind) is not { } stats)
        {
            return Refusal.NoSuchUnit;
        }

        var place = new Vec2(wish.X, wish.Y);
        if (!place.IsFinite || !game.Grid.IsInside(Cell.At(place).X, Cell.At(place).Y) || !Board.MayDeployAt(game, player, place))
        {
            return Refusal.NotYourGround;
        }

        if (stats.FootprintCells > 0 ? !IsFree(game.Grid, Board.Footprint(place, stats.FootprintCells)) : !game.Grid.IsOpen(place))
        {
            return Refusal.InTheWay;
        }

        return UnitsOf(game.World, player) + stats.Count > Limits.UnitsPerPlayerMax ? Refusal.TooManyUnits : Refusal.None;
    }

    /// <summary>Places units without asking the rules.</summary>
    public static void Place(GameContext game, byte player, UnitKind kind, Vec2 place)
    {
        UnitStats stats = UnitKinds.Of(kind);
        if (stats.FootprintCells > 0)
        {
            PlaceBuilding(game, player, kind, Board.Footprint(place, stats.FootprintCells));
            return;
        }

        int side = 1;
        while (side * side < stats.Count)
        {
            side++;
        }

        // In a square, ranks towards the enemy first; who would stand in water or rock stands in the middle instead.
        float gap = stats.Radius * 2.2f;
        float forward = player == 1 ? -gap : gap;
        for (int i = 0; i < stats.Count; i++)
        {
            int inRank = Math.Min(side, stats.Count - (i / side * side));
            var offset = new Vec2(((i % side) - ((inRank - 1) * 0.5f)) * gap, (((side - 1) * 0.5f) - (i / side)) * forward);
            PlaceUnit(game, player, kind, game.Grid.IsOpen(place + offset) ? place + offset : place);
        }
    }

    public static int UnitsOf(World world, byte player)
    {
        int count = 0;
        foreach (Chunk chunk in world.Query().All<Unit>().Build())
        {
            foreach (ref readonly Unit unit in chunk.Read<Unit>())
            {
                count += unit.Owner == player ? 1 : 0;
            }
        }

        return count;
    }

    private static void PlaceUnit(GameContext game, byte player, UnitKind kind, Vec2 place)
    {
        UnitStats stats = UnitKinds.Of(kind);
        game.World.Create(
            new Position(place),
            new Agent
            {
                Goal = place,
                Radius = stats.Radius,
                Speed = stats.Speed,
                StopDistance = 0.1f,
                Flags = AgentFlags.Halted | (stats.Flying ? AgentFlags.Flying : AgentFlags.None),
            },
            default(PathFollower),
            new Unit { Kind = kind, Owner = player },
            FullHealth(stats),
            NewFighter(game, player, kind, place));
    }

    private static void PlaceBuilding(GameContext game, byte player, UnitKind kind, CellRect cells)
    {
        UnitStats stats = UnitKinds.Of(kind);
        game.World.Create(
            new Position(cells.Centre),
            new Unit { Kind = kind, Owner = player },
            FullHealth(stats),
            NewFighter(game, player, kind, cells.Centre),
            new Building { Cells = cells, LifetimeTicks = Combat.Ticks(game, stats.LifetimeSeconds) });
        game.Grid.Block(cells);
    }

    private static Health FullHealth(UnitStats stats) => new() { Current = (ushort)stats.Health, Max = (ushort)stats.Health };

    private static Fighter NewFighter(GameContext game, byte player, UnitKind kind, Vec2 place) => new()
    {
        Kind = kind,
        Owner = player,
        Lane = Board.LaneAt(game.Map, place.X),
        IdleTicks = Combat.Ticks(game, UnitKinds.ArrivalSeconds),
    };

    private static bool IsFree(Grid grid, CellRect cells)
    {
        for (int y = cells.Y; y < cells.Y + cells.Height; y++)
        {
            for (int x = cells.X; x < cells.X + cells.Width; x++)
            {
                if (!grid.IsOpen(x, y))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
