using RealtimeServer.Client;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Snapshots;

namespace RealtimeServer.Bots.Play;

/// <summary>How a bot plays one match of a game.</summary>
internal interface IGamePlay
{
    /// <summary>Looks at a snapshot and does something, or nothing.</summary>
    /// <returns>True if it sent an input.</returns>
    bool Act(ClientMatch match, WorldSnapshot snapshot, int player, ref DeterministicRandom random);

    /// <summary>True for an event that refuses an input.</summary>
    bool IsRefusal(long opCode);
}
