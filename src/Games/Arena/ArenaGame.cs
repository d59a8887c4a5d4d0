using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Games.Arena.Systems;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Arena;

/// <summary>
/// Fighters run, jump, push crates, pick things up, shoot and throw balls: the example of a game with physics. Parameters: seconds, kills (score that ends the
/// match), bots. The map has objects of class spawn, pickup (kind heart or speed) and crate.
/// </summary>
public sealed class ArenaGame : IGame
{
    private int _seconds;
    private int _kills;
    private int _bots;

    /// <summary>The game as servers and tools register it.</summary>
    public static GameDefinition Definition { get; } = new("arena", static () => new ArenaGame());

    public void Configure(GameBuilder game)
    {
        ArgumentNullException.ThrowIfNull(game);
        _seconds = game.Parameters.GetInt("seconds", 120, Limits.SecondsMin, Limits.SecondsMax);
        _kills = game.Parameters.GetInt("kills", 10, 1, Limits.ArenaKillsMax);
        _bots = game.Parameters.GetInt("bots", 3, 0, Limits.ArenaBotsMax);
        game.TickRate(30).Players(Limits.ArenaPlayersMax).UsePhysics(ArenaBodies.Physics).Rewind(Limits.ArenaRewindTicks)
            .Component<Fighter>().Component<Crate>().Component<Ball>().Component<Pickup>().Component<ArenaClock>().Component<Bot>().Component<Fighters>()
            .Input<Act>(OpCodes.Act, OnAct).Event<Shot>(OpCodes.Shot)
            .System("bots", Stage.Think, BotSystem.Run)
            .System("run", Stage.Move, RunSystem.Run)
            .System("balls", Stage.Act, BallSystem.Run)
            .System("pickups", Stage.Act, PickupSystem.Run)
            .System("recover", Stage.Act, RecoverSystem.Run)
            .System("judge", Stage.Cleanup, Judge);
    }

    public void Start(GameContext game)
    {
        ArgumentNullException.ThrowIfNull(game);
        game.World.Create(new ArenaClock { TicksLeft = _seconds * game.TickRateHz, SecondsLeft = (ushort)_seconds });
        game.World.Singleton<Fighters>() = default;
        foreach (MapObject item in game.Map.Objects)
        {
            if (item.Class == "crate")
            {
                ArenaBodies.AddCrate(game, item.Centre);
            }
            else if (item.Class == "pickup")
            {
                ArenaBodies.AddPickup(game, item.Centre, item.Properties.GetValueOrDefault("kind") == "speed" ? PickupKind.Speed : PickupKind.Heart);
            }
        }

        for (int i = 0; i < _bots; i++)
        {
            game.World.Add(AddFighter(game, PlayerId.None), new Bot { Goal = ArenaBodies.AnyObject(game, "spawn").Centre });
        }
    }

    public void PlayerJoined(GameContext game, PlayerId player) => game.World.Singleton<Fighters>()[player.Value] = AddFighter(game, player);

    public void PlayerLeft(GameContext game, PlayerId player)
    {
        // Its body goes with it.
        game.World.Destroy(game.World.ReadSingleton<Fighters>()[player.Value]);
        game.World.Singleton<Fighters>()[player.Value] = Entity.None;
    }

    private static Entity AddFighter(GameContext game, PlayerId player)
    {
        Entity fighter = game.World.Create(new Fighter { Player = player.Value, Aim = new Vec2(1, 0) });
        ArenaBodies.Spawn(game, fighter);
        return fighter;
    }

    /// <summary>Any bytes may be in an input: what is no number is no wish.</summary>
    private static void OnAct(GameContext game, PlayerId player, in Act act)
    {
        Entity me = game.World.ReadSingleton<Fighters>()[player.Value];
        ref Fighter fighter = ref game.World.Get<Fighter>(me);
        var wish = new Vec2(act.MoveX, act.MoveY);
        var aim = new Vec2(act.AimX, act.AimY);
        fighter.Wish = wish.IsFinite && wish.LengthSquared < 1e12f ? wish.Clamped(1) : Vec2.Zero;
        fighter.Aim = aim.IsFinite && aim.LengthSquared is > 1e-6f and < 1e12f ? aim.Normalized() : fighter.Aim;
        fighter.Buttons = act.Buttons;
        if ((act.Buttons & Buttons.Shoot) != 0)
        {
            Combat.Shoot(game, me, new Tick(act.SeenTick));
        }

        if ((act.Buttons & Buttons.Throw) != 0)
        {
            Combat.Throw(game, me);
        }
    }

    private void Judge(GameContext game)
    {
        int ticksLeft = 0;
        foreach (Row<ArenaClock> row in game.World.Query().All<ArenaClock>().Build().Rows<ArenaClock>())
        {
            ticksLeft = --row.C1.TicksLeft;
            row.C1.SecondsLeft = (ushort)((ticksLeft + game.TickRateHz - 1) / game.TickRateHz);
        }

        Fighter best = default;
        foreach (Chunk chunk in game.World.Query().All<Fighter>().Build())
        {
            foreach (ref readonly Fighter fighter in chunk.Read<Fighter>())
            {
                best = fighter.Score > best.Score ? fighter : best;
            }
        }

        if (best.Score >= _kills || ticksLeft <= 0)
        {
            game.End($$"""{"winner":{{best.Player}},"score":{{best.Score}}}""");
        }
    }
}
