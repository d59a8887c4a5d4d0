using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Bodies;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Arena.Systems;

/// <summary>Turns what fighters want into what their characters do; the physics stage does the rest.</summary>
internal static class RunSystem
{
    private const float Speed = 5;
    private const float BoostedSpeed = 8;

    public static void Run(GameContext game)
    {
        foreach (Chunk chunk in game.World.Query().All<Fighter, Character>().Build())
        {
            ReadOnlySpan<Fighter> fighters = chunk.Read<Fighter>();
            Span<Character> characters = chunk.Span<Character>();
            for (int i = 0; i < fighters.Length; i++)
            {
                Vec2 move = fighters[i].Wish * (fighters[i].BoostTicks > 0 ? BoostedSpeed : Speed);
                characters[i].Move = new Vec3(move.X, 0, move.Y);
                characters[i].Jump = (fighters[i].Buttons & Buttons.Jump) != 0;
                characters[i].Crouch = (fighters[i].Buttons & Buttons.Crouch) != 0;
            }
        }
    }
}
