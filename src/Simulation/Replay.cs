using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Inputs;

namespace RealtimeServer.Simulation;

/// <summary>Plays a match again from its setup and its input log.</summary>
public static class Replay
{
    /// <summary>Runs the match to a tick, or to its end if that comes first, and returns the hash of its state there.</summary>
    /// <exception cref="InvalidDataException">
    /// The log does not belong to this setup: it holds what the match refuses. Or it was cut before that tick.
    /// </exception>
    /// <exception cref="Game.GameException">The game threw, as it then also did when the log was written.</exception>
    public static ulong Run(MatchSetup setup, InputLog log, Tick until)
    {
        using var simulation = new MatchSimulation(setup);
        InputLog.Enumerator entries = log.GetEnumerator();
        bool more = entries.MoveNext();
        while (simulation.Tick < until && !simulation.Ended)
        {
            while (more && entries.Current.Tick <= simulation.Tick.Next)
            {
                Apply(simulation, entries.Current);
                more = entries.MoveNext();
            }

            if (log.IsCut && !more)
            {
                throw new InvalidDataException($"The log was cut in tick {simulation.Tick.Next}: what happened from there on is not in it.");
            }

            simulation.Step();
        }

        return simulation.Hash();
    }

    private static void Apply(MatchSimulation simulation, InputLog.Entry entry)
    {
        bool fits = entry.Kind switch
        {
            InputEntryKind.Join => simulation.Join() == entry.Player,
            InputEntryKind.Leave => Leave(simulation, entry),
            InputEntryKind.MapChange => simulation.ChangeMap(entry.Data),
            _ => simulation.Input(entry.Player, entry.OpCode, entry.Data) == InputOutcome.Accepted,
        };
        if (!fits)
        {
            throw new InvalidDataException($"The log's {entry.Kind} of player {entry.Player} at tick {entry.Tick} does not fit this match: it is of another game, map or version.");
        }
    }

    private static bool Leave(MatchSimulation simulation, InputLog.Entry entry)
    {
        bool taken = simulation.IsTaken(entry.Player);
        simulation.Leave(entry.Player);
        return taken;
    }
}
