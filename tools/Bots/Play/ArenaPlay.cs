using RealtimeServer.Client;
using RealtimeServer.Foundation;
using RealtimeServer.Games.Arena;
using RealtimeServer.Simulation.Bodies;
using RealtimeServer.Simulation.Snapshots;

namespace RealtimeServer.Bots.Play;

/// <summary>Runs about, aims at the nearest other fighter, and shoots at where it sees it.</summary>
internal sealed class ArenaPlay : IGamePlay
{
    private Vec2 _wish;

    public bool IsRefusal(long opCode) => false;

    public bool Act(ClientMatch match, WorldSnapshot snapshot, int player, ref DeterministicRandom random)
    {
        if (snapshot.Tick.Value % 5 != 0)
        {
            return false;
        }

        if (random.NextBool(0.1f) || _wish == Vec2.Zero)
        {
            _wish = new Vec2(random.NextSingle(-1, 1), random.NextSingle(-1, 1));
        }

        Vec2 aim = Aim(snapshot, player);
        Buttons buttons = (random.NextBool(0.5f) ? Buttons.Shoot : Buttons.None) | (random.NextBool(0.05f) ? Buttons.Throw : Buttons.None)
            | (random.NextBool(0.05f) ? Buttons.Jump : Buttons.None);
        var act = new Act(_wish.X, _wish.Y, aim.X, aim.Y, buttons, snapshot.Tick.Value);
        return match.SendInput(OpCodes.Act, in act);
    }

    private static Vec2 Aim(WorldSnapshot snapshot, int player)
    {
        Vec2? me = null;
        for (int row = 0; row < snapshot.Count && me is null; row++)
        {
            me = snapshot.TryGet(row, out Fighter fighter) && fighter.Player == player && snapshot.TryGet(row, out Transform at) ? OnMap(at) : null;
        }

        Vec2 nearest = default;
        for (int row = 0; row < snapshot.Count && me is not null; row++)
        {
            if (snapshot.TryGet(row, out Fighter fighter) && fighter.Player != player && !fighter.IsDown && snapshot.TryGet(row, out Transform at))
            {
                Vec2 way = OnMap(at) - me.Value;
                nearest = nearest == default || way.LengthSquared < nearest.LengthSquared ? way : nearest;
            }
        }

        return nearest;
    }

    private static Vec2 OnMap(in Transform transform) => new(transform.Position.X, transform.Position.Z);
}
