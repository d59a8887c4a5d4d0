using RealtimeServer.Ecs;
using RealtimeServer.Games.Lanes.Systems;
using RealtimeServer.Navigation;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes;

/// <summary>
/// Two players, two lanes, a river with bridges between them: deploy units for energy, bring down the other's towers.
/// Parameters: seconds, overtime, ai = none, fill or both, crowd (see <see cref="LanesSettings"/>).
/// </summary>
public sealed class LanesGame : IGame, IMapReload
{
    /// <summary>Energy at the start.</summary>
    private const float FirstEnergy = 5;

    private LanesSettings _settings = new(0, 0, OpponentMode.None, 0);

    /// <summary>The game as servers and tools register it.</summary>
    public static GameDefinition Definition { get; } = new("lanes", static () => new LanesGame());

    public void Configure(GameBuilder game)
    {
        ArgumentNullException.ThrowIfNull(game);
        _settings = LanesSettings.Read(game.Parameters);
        game.TickRate(30).Players(2).UseAgents()
            .Component<Unit>().Component<Health>().Component<Projectile>().Component<Tower>().Component<PlayerState>().Component<MatchClock>()
            .Component<Fighter>().Component<Building>().Component<Flight>().Component<Opponent>().Component<Towers>()
            .Input<DeployUnit>(OpCodes.DeployUnit, Deploy).Event<DeployRefused>(OpCodes.DeployRefused).Event<TowerFell>(OpCodes.TowerFell);
        AddSystems(game);
    }

    public void Start(GameContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.World.Create(new MatchClock { TicksLeft = _settings.Seconds * context.TickRateHz, SecondsLeft = (ushort)_settings.Seconds });
        for (byte player = 1; player <= 2; player++)
        {
            context.World.Create(
                new PlayerState { Player = player, Energy = FirstEnergy, Computer = _settings.Mode != OpponentMode.None },
                default(Opponent));
        }

        Board.BuildTowers(context);
    }

    public void PlayerJoined(GameContext context, PlayerId player) => SetComputer(context, player, _settings.Mode == OpponentMode.Both);

    public void PlayerLeft(GameContext context, PlayerId player) => SetComputer(context, player, _settings.Mode != OpponentMode.None);

    /// <summary>A designer's change is taken over as it is: towers keep their cells blocked, and agents plan anew.</summary>
    public void MapChanged(GameContext context, CellRect changed)
    {
    }

    private void AddSystems(GameBuilder game)
    {
        bool unharmed = _settings.Crowd > 0;
        var battlefield = new Battlefield();
        game.System("clock", Stage.Input, new ClockSystem(_settings).Run)
            .System("targets", Stage.Think, new TargetSystem(battlefield).Run)
            .System("orders", Stage.Think, new OrderSystem().Run)
            .System("opponent", Stage.Think, new OpponentSystem(battlefield).Run)
            .System("attacks", Stage.Act, new AttackSystem(unharmed).Run)
            .System("projectiles", Stage.Act, new ProjectileSystem(battlefield, unharmed).Run)
            .System("deaths", Stage.Cleanup, new DeathSystem().Run)
            .System("verdict", Stage.Cleanup, new VerdictSystem(_settings).Run);
        if (unharmed)
        {
            game.System("crowd", Stage.Input, new CrowdSystem(_settings.Crowd).Run);
        }
    }

    private static void Deploy(GameContext game, PlayerId player, in DeployUnit wish)
    {
        Refusal refusal = Deployment.TryDeploy(game, EntityOf(game.World, player), in wish);
        if (refusal != Refusal.None)
        {
            game.Send(player, new DeployRefused((int)refusal, wish.Kind, wish.X, wish.Y));
        }
    }

    private static void SetComputer(GameContext game, PlayerId player, bool computer) =>
        game.World.Get<PlayerState>(EntityOf(game.World, player)).Computer = computer;

    private static Entity EntityOf(World world, PlayerId player)
    {
        foreach (Chunk chunk in world.Query().All<PlayerState>().Build())
        {
            for (int i = 0; i < chunk.Count; i++)
            {
                if (chunk.Read<PlayerState>()[i].Player == player.Value)
                {
                    return chunk.Entities[i];
                }
            }
        }

        return Entity.None;
    }
}
