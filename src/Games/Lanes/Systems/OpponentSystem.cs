using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes.Systems;

/// <summary>
/// The game's own opponent. It plays by the rules of people and looks twice a second: it answers attacks in the lane under attack with
/// what suits the attackers, and otherwise saves energy for a push: a tank from the back, then archers and bats behind it.
/// </summary>
internal sealed class OpponentSystem(Battlefield battlefield)
{
    private const float LookSeconds = 0.5f;

    /// <summary>Energy at which it starts a push, and while energy doubles.</summary>
    private const float PushEnergy = 8.5f;
    private const float PushEnergyDoubled = 7f;

    /// <summary>Attackers worth this much more energy than the defenders of their lane call for an answer.</summary>
    private const float AlarmWorth = 0.6f;

    public void Run(GameContext game)
    {
        // Deploying changes the structure of the world, so the players are found first and then served.
        Entity one = Entity.None;
        Entity two = Entity.None;
        bool doubled = false;
        foreach (Chunk chunk in game.World.Query().All<PlayerState>().Build())
        {
            one = chunk.Entities[0];
            two = chunk.Entities[1];
        }

        foreach (Chunk chunk in game.World.Query().All<MatchClock>().Build())
        {
            doubled = chunk.Read<MatchClock>()[0].DoubleEnergy;
        }

        Play(game, one, doubled);
        Play(game, two, doubled);
    }

    private void Play(GameContext game, Entity entity, bool doubled)
    {
        PlayerState player = game.World.Read<PlayerState>(entity);
        ref Opponent opponent = ref game.World.Get<Opponent>(entity);
        if (!player.Computer || --opponent.WaitTicks > 0)
        {
            return;
        }

        opponent.WaitTicks = Combat.Ticks(game, LookSeconds);
        Threat left = Look(game.Map, player.Player, Lane.Left);
        Threat right = Look(game.Map, player.Player, Lane.Right);
        Lane worse = left.Excess >= right.Excess ? Lane.Left : Lane.Right;
        Threat threat = worse == Lane.Left ? left : right;
        if (threat.Excess > AlarmWorth)
        {
            Deploy(game, entity, Answer(in threat, player.Energy), Forward(game, player.Player, worse, 0.5f));
        }
        else
        {
            Push(game, entity, ref opponent, player.Energy, doubled ? PushEnergyDoubled : PushEnergy);
        }
    }

    private static void Push(GameContext game, Entity entity, ref Opponent opponent, float energy, float enough)
    {
        byte player = game.World.Read<PlayerState>(entity).Player;
        switch (opponent.PushStep)
        {
            case 0 when energy >= enough:
                opponent.PushLane = WeakerLane(game, player);
                UnitKind tank = game.Random.NextBool(0.5f) ? UnitKind.Giant : UnitKind.Knight;
                opponent.PushStep = (byte)(Deploy(game, entity, tank, Forward(game, player, opponent.PushLane, -5f)) ? 1 : 0);
                break;
            case 1 when energy >= UnitKinds.Of(UnitKind.Archer).Cost:
                Deploy(game, entity, UnitKind.Archer, Forward(game, player, opponent.PushLane, -5f));
                opponent.PushStep = 2;
                break;
            case 2 when energy >= UnitKinds.Of(UnitKind.Bats).Cost:
                Deploy(game, entity, game.Random.NextBool(0.6f) ? UnitKind.Bats : UnitKind.Swarm, Forward(game, player, opponent.PushLane, -4.5f));
                opponent.PushStep = 0;
                break;
            default:
                break;
        }
    }

    /// <summary>What suits the attackers, if it can be paid; else what can be paid soonest.</summary>
    private static UnitKind Answer(in Threat threat, float energy)
    {
        if (threat.Flying > threat.Attack * 0.5f)
        {
            return UnitKind.Archer;
        }

        if (threat.Heavy > threat.Attack * 0.5f)
        {
            return energy >= UnitKinds.Of(UnitKind.Swarm).Cost ? UnitKind.Swarm : UnitKind.Knight;
        }

        return threat.Attack > 5f && energy >= UnitKinds.Of(UnitKind.Cannon).Cost ? UnitKind.Cannon : UnitKind.Knight;
    }

    /// <summary>A place in a lane, so many cells before the spawn point of the map, on one's own half.</summary>
    private static Vec2 Forward(GameContext game, byte player, Lane lane, float cells)
    {
        Vec2 spawn = Spawn(game.Map, player, lane);
        float jitter = game.Random.NextSingle(-0.8f, 0.8f);
        var place = new Vec2(spawn.X + jitter, player == 1 ? spawn.Y - cells : spawn.Y + cells);
        return game.Grid.IsOpen(place) ? place : spawn;
    }

    private static Vec2 Spawn(GameMap map, byte player, Lane lane)
    {
        foreach (MapObject item in map.Objects)
        {
            bool isThere = item.Class == "spawn" && Board.LaneAt(map, item.Position.X) == lane && Board.IsHalfOf(map, player, item.Position.Y);
            if (isThere)
            {
                return item.Position;
            }
        }

        return new Vec2(map.Width * (lane == Lane.Left ? 0.25f : 0.75f), map.Height * (player == 1 ? 0.65f : 0.35f));
    }

    private static bool Deploy(GameContext game, Entity player, UnitKind kind, Vec2 place) =>
        Deployment.TryDeploy(game, player, new DeployUnit(place.X, place.Y, (int)kind)) == Refusal.None;

    private static Lane WeakerLane(GameContext game, byte player)
    {
        int left = game.World.Read<Health>(Board.Objective(game.World, player, Lane.Left)).Current;
        int right = game.World.Read<Health>(Board.Objective(game.World, player, Lane.Right)).Current;
        return left == right ? (Lane)game.Random.Next(2) : left < right ? Lane.Left : Lane.Right;
    }

    private Threat Look(GameMap map, byte player, Lane lane)
    {
        Threat threat = default;
        foreach (ref readonly Standing one in battlefield.All)
        {
            UnitStats stats = UnitKinds.Of(one.Kind);
            if (stats.Cost == 0 || Board.LaneAt(map, one.Position.X) != lane || !Board.IsHalfOf(map, player, one.Position.Y))
            {
                continue;
            }

            if (one.Owner == player)
            {
                threat.Defence += stats.Worth;
                continue;
            }

            threat.Attack += stats.Worth;
            threat.Flying += stats.Flying ? stats.Worth : 0;
            threat.Heavy += stats.Count == 1 ? stats.Worth : 0;
        }

        return threat;
    }

    /// <summary>Energy that the units on one's own side of a lane stand for.</summary>
    private struct Threat
    {
        public float Attack;
        public float Defence;
        public float Flying;
        public float Heavy;

        public readonly float Excess => Attack - Defence;
    }
}
