using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes;

/// <summary>What the map says: where towers stand, whose ground is whose, where lanes are. Player 1 is at the bottom.</summary>
internal static class Board
{
    public static byte Enemy(byte player) => (byte)(3 - player);

    public static Lane LaneAt(GameMap map, float x) => x < map.Width * 0.5f ? Lane.Left : Lane.Right;

    public static bool IsHalfOf(GameMap map, byte player, float y) => player == 1 ? y >= map.Height * 0.5f : y < map.Height * 0.5f;

    /// <summary>The square of cells a building of so many cells a side covers round a place.</summary>
    public static CellRect Footprint(Vec2 place, int side) =>
        new((int)MathF.Floor(place.X - (side * 0.5f) + 0.5f), (int)MathF.Floor(place.Y - (side * 0.5f) + 0.5f), side, side);

    /// <summary>True for one's own half, and for the enemy's side of a lane up to its guard's ruin.</summary>
    public static bool MayDeployAt(GameContext game, byte player, Vec2 place)
    {
        if (IsHalfOf(game.Map, player, place.Y))
        {
            return true;
        }

        ref readonly TowerSite guard = ref game.World.Singleton<Towers>().Sites[Towers.Index(Enemy(player), LaneAt(game.Map, place.X))];
        float ruin = guard.Cells.Centre.Y;
        return guard.Tower.IsNone && (player == 1 ? place.Y >= ruin : place.Y < ruin);
    }

    /// <summary>Where the enemy's next tower of a lane stands: its guard, or after that its king.</summary>
    public static Entity Objective(World world, byte player, Lane lane)
    {
        ref Towers towers = ref world.Singleton<Towers>();
        byte enemy = Enemy(player);
        Entity guard = towers.Sites[Towers.Index(enemy, lane)].Tower;
        return guard.IsNone ? towers.Sites[Towers.KingIndex(enemy)].Tower : guard;
    }

    public static int TowersOf(World world, byte player)
    {
        ref Towers towers = ref world.Singleton<Towers>();
        int count = 0;
        for (int i = Towers.Index(player, Lane.Left); i <= Towers.KingIndex(player); i++)
        {
            count += towers.Sites[i].Tower.IsNone ? 0 : 1;
        }

        return count;
    }

    /// <summary>Builds the towers that the map's designer placed.</summary>
    /// <exception cref="GameException">The map is not one for this game; the text says what it lacks.</exception>
    public static void BuildTowers(GameContext game)
    {
        foreach (MapObject item in game.Map.Objects)
        {
            if (item.Class == "tower")
            {
                BuildTower(game, item);
            }
        }

        ref Towers towers = ref game.World.Singleton<Towers>();
        for (int i = 0; i < Limits.TowersMax; i++)
        {
            if (towers.Sites[i].Tower.IsNone)
            {
                throw new GameException($"map {game.Map.Name} has no {(i % 3 == 2 ? "king" : (Lane)(i % 3) + " guard")} tower of player {(i / 3) + 1} (objects of class 'tower')");
            }
        }
    }

    private static void BuildTower(GameContext game, MapObject item)
    {
        byte player = Property(game.Map, item, "player") switch { "1" => 1, "2" => 2, _ => throw Wrong(game.Map, item, "player", "1 or 2") };
        bool king = Property(game.Map, item, "kind") switch { "king" => true, "guard" => false, _ => throw Wrong(game.Map, item, "kind", "king or guard") };
        Lane lane = king ? Lane.Left : Property(game.Map, item, "lane") switch { "left" => Lane.Left, "right" => Lane.Right, _ => throw Wrong(game.Map, item, "lane", "left or right") };
        UnitKind kind = king ? UnitKind.KingTower : UnitKind.GuardTower;
        ushort health = (ushort)UnitKinds.Of(kind).Health;
        CellRect cells = item.Cells;
        Entity tower = game.World.Create(
            new Position(cells.Centre),
            new Tower { King = king, Owner = player, Lane = lane, Awake = !king },
            new Health { Current = health, Max = health },
            new Fighter { Kind = kind, Owner = player, Lane = lane, Asleep = king },
            new Building { Cells = cells });
        game.Grid.Block(cells);
        int index = king ? Towers.KingIndex(player) : Towers.Index(player, lane);
        game.World.Singleton<Towers>().Sites[index] = new TowerSite { Tower = tower, Cells = cells };
    }

    private static string Property(GameMap map, MapObject item, string name) =>
        item.Properties.TryGetValue(name, out string? value) ? value : throw Wrong(map, item, name, "given");

    private static GameException Wrong(GameMap map, MapObject item, string property, string allowed) =>
        new($"map {map.Name}: tower object {item.Id} '{item.Name}': property '{property}' must be {allowed}");
}
