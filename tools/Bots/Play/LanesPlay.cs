using RealtimeServer.Client;
using RealtimeServer.Foundation;
using RealtimeServer.Games.Lanes;
using RealtimeServer.Simulation.Snapshots;

namespace RealtimeServer.Bots.Play;

/// <summary>Deploys what its energy allows, at places of its own half.</summary>
internal sealed class LanesPlay : IGamePlay
{
    private Tick _nextDeploy;

    public bool IsRefusal(long opCode) => opCode == OpCodes.DeployRefused;

    public bool Act(ClientMatch match, WorldSnapshot snapshot, int player, ref DeterministicRandom random)
    {
        if (snapshot.Tick < _nextDeploy)
        {
            return false;
        }

        _nextDeploy = new Tick(snapshot.Tick.Value + (uint)random.Next(15, 60));
        if (!TryGetEnergy(snapshot, player, out float energy))
        {
            return false;
        }

        int kind = random.Next(UnitKinds.DeployableCount);
        if (UnitKinds.Deployable(kind) is not { } stats || stats.Cost > energy)
        {
            return false;
        }

        // A place on the own half; now and then one the game refuses, as players do.
        float y = random.NextSingle(19f, 29f);
        var deploy = new DeployUnit { X = random.NextSingle(1.5f, 16.5f), Y = player == 1 ? y : 32f - y, Kind = kind };
        return match.SendInput(OpCodes.DeployUnit, in deploy);
    }

    private static bool TryGetEnergy(WorldSnapshot snapshot, int player, out float energy)
    {
        for (int row = 0; row < snapshot.Count; row++)
        {
            if (snapshot.TryGet(row, out PlayerState state) && state.Player == player)
            {
                energy = state.Energy;
                return true;
            }
        }

        energy = 0;
        return false;
    }
}
