using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Matches.Simulated;

/// <summary>
/// The members of a simulated match. Changed by its thread only, and replaced as a whole, so that other threads read a consistent
/// list. A member that throws is told nothing more; the match takes <see cref="Broken"/> ones out at the end of the tick.
/// </summary>
internal sealed class MemberList(MatchId match, Action<Presence, Exception> failed)
{
    private volatile SimulatedMember[] _members = [];

    public int Count => _members.Length;

    public int PlayerCount => _members.Count(static m => m.Player != default);

    public ReadOnlySpan<SimulatedMember> All => _members;

    public Presence[] Presences => [.. _members.Select(static m => m.Presence)];

    /// <summary>The first member that threw; null normally.</summary>
    public SimulatedMember? Broken
    {
        get
        {
            foreach (SimulatedMember member in _members)
            {
                if (member.Broken)
                {
                    return member;
                }
            }

            return null;
        }
    }

    public SimulatedMember? Find(Guid sessionId)
    {
        foreach (SimulatedMember member in _members)
        {
            if (member.Presence.SessionId == sessionId)
            {
                return member;
            }
        }

        return null;
    }

    public void Add(SimulatedMember member) => _members = [.. _members, member];

    public void Remove(SimulatedMember member) => _members = [.. _members.Where(m => m != member)];

    /// <param name="to">None for everybody.</param>
    /// <param name="opCode">The message's op code.</param>
    /// <param name="data">The message.</param>
    public void TellData(PlayerId to, long opCode, ReadOnlySpan<byte> data)
    {
        foreach (SimulatedMember member in _members)
        {
            if (to == default || to == member.Player)
            {
                TellData(member, opCode, data);
            }
        }
    }

    public void TellData(SimulatedMember member, long opCode, ReadOnlySpan<byte> data)
    {
        if (member.Broken)
        {
            return;
        }

        try
        {
            member.Told.MatchData(match, opCode, data, sender: null, reliable: true);
        }
        catch (Exception exception)
        {
            Break(member, exception);
        }
    }

    public void TellSnapshot(SimulatedMember member, ReadOnlySpan<byte> part)
    {
        if (member.Broken)
        {
            return;
        }

        try
        {
            member.Told.Snapshot(match, part);
        }
        catch (Exception exception)
        {
            Break(member, exception);
        }
    }

    public void TellPresences(ReadOnlySpan<Presence> joins, ReadOnlySpan<Presence> leaves)
    {
        foreach (SimulatedMember member in _members)
        {
            if (member.Broken)
            {
                continue;
            }

            try
            {
                member.Told.PresenceChanged(match, joins, leaves);
            }
            catch (Exception exception)
            {
                Break(member, exception);
            }
        }
    }

    public void TellClosed(string reason, bool matchFailed)
    {
        foreach (SimulatedMember member in _members)
        {
            try
            {
                member.Told.MatchClosed(match, reason, matchFailed);
            }
            catch (Exception exception)
            {
                Break(member, exception);
            }
        }
    }

    private void Break(SimulatedMember member, Exception exception)
    {
        member.Broken = true;
        failed(member.Presence, exception);
    }
}
