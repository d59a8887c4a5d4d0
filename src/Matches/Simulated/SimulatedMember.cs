using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Matches.Simulated;

/// <summary>A member as the match keeps it.</summary>
internal sealed class SimulatedMember(IMatchMember member, PlayerId player)
{
    public IMatchMember Told { get; } = member;

    public Presence Presence { get; } = member.Presence;

    /// <summary>None for a spectator.</summary>
    public PlayerId Player { get; } = player;

    /// <summary>Which fill of the inbox <see cref="InboxCount"/> counts. Guarded by the inbox.</summary>
    public uint InboxRound { get; set; }

    /// <summary>Guarded by the inbox.</summary>
    public int InboxCount { get; set; }

    /// <summary>It has left. Data it sent just before must not be taken for that of the next player on its slot.</summary>
    public bool Gone { get; set; }

    /// <summary>It threw when told something; the match removes it at the end of the tick.</summary>
    public bool Broken { get; set; }
}

/// <summary>A join on its way through the inbox.</summary>
internal sealed class JoinRequest(IMatchMember member)
{
    private readonly TaskCompletionSource<JoinOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IMatchMember Member { get; } = member;

    public Task<JoinOutcome> Outcome => _outcome.Task;

    public void Answer(in JoinOutcome outcome) => _outcome.TrySetResult(outcome);
}
