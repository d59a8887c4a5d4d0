using System.Runtime.CompilerServices;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Games.Tag;

public readonly record struct Steer(float X, float Y); // what players send: cells a second

[Replicated]
public struct Runner // what everybody sees of a player, beside its Position
{
    [Bits(1)] public bool IsIt;
    public Vec2 Velocity; // not marked: the server keeps it to itself
}

[InlineArray(9)]
public struct Runners { private Entity _first; } // by player

/// <summary>One runner is "it". Whom it touches is "it" from then on, and starts again at home.</summary>
public sealed class TagGame : IGame
{
    public void Configure(GameBuilder game) => game.Players(8).Component<Position>().Component<Runner>().Input<Steer>(1, OnSteer).System("run", Stage.Move, Run);

    public void Start(GameContext game) => (game.World.Singleton<Entity>(), game.World.Singleton<Runners>()) = (Entity.None, default); // who is "it"; who is there
    public void PlayerJoined(GameContext game, PlayerId player) =>
        game.World.Singleton<Runners>()[player.Value] = game.World.Create(new Position(game.Map.Objects[0].Centre), new Runner());
    public void PlayerLeft(GameContext game, PlayerId player) => game.World.Destroy(game.World.Singleton<Runners>()[player.Value]);

    private void OnSteer(GameContext game, PlayerId player, in Steer steer) =>
        game.World.Get<Runner>(game.World.Singleton<Runners>()[player.Value]).Velocity = new Vec2(steer.X, steer.Y).Clamped(6);

    private void Run(GameContext game)
    {
        ref Entity it = ref game.World.Singleton<Entity>();
        foreach (PlayerId player in game.Players)
        {
            Entity me = game.World.Singleton<Runners>()[player.Value];
            ref Position position = ref game.World.Get<Position>(me);
            Vec2 next = position.Value + (game.World.Get<Runner>(me).Velocity * game.TickSeconds);
            position.Value = game.Grid.IsOpen(next) ? next : position.Value;
            bool caught = me != it && (!game.World.IsAlive(it) || Vec2.Distance(position.Value, game.World.Get<Position>(it).Value) < 1);
            (it, position.Value) = caught ? (me, game.Map.Objects[0].Centre) : (it, position.Value);
            game.World.Get<Runner>(me).IsIt = me == it;
        }
    }
}
