using RealtimeServer.Matches.Hosting;

namespace RealtimeServer.Matches.Relayed;

/// <summary>
/// A match the server only relays: what a member sends goes to the others at once, on the sender's thread. It exists while somebody
/// is in it. Members are a copy-on-write array: senders read it without a lock, a member may leave from within a call.
/// </summary>
internal sealed class RelayedMatch : Match
{
    private readonly MatchContext _context;
    private readonly Lock _gate = new();
    private readonly long _createdAt;
    private volatile IMatchMember[] _members = [];
    private volatile MatchInfo _info;
    private bool _closed;

    public RelayedMatch(MatchId id, MatchContext context)
        : base(id)
    {
        _context = context;
        _createdAt = context.Time.GetTimestamp();
        _info = new MatchInfo(id, Authoritative: false, Label: "", Size: 0, TickRate: 0, HandlerName: "");
    }

    public override MatchInfo Info => _info;

    /// <summary>True once somebody should have joined.</summary>
    public bool IsOld(long now) => _context.Seconds(now - _createdAt) > Limits.RelayedEmptySecondsMax;

    public void CloseIfEmpty()
    {
        lock (_gate)
        {
            if (_closed || _members.Length > 0)
            {
                return;
            }

            _closed = true;
        }

        Finish("Nobody joined.");
    }

    public override Task<JoinOutcome> JoinAsync(IMatchMember member) => Task.FromResult(Join(member));

    public override void Leave(Guid sessionId)
    {
        bool over;
        lock (_gate)
        {
            IMatchMember[] before = _members;
            int index = IndexOf(before, sessionId);
            if (index < 0)
            {
                return;
            }

            Presence presence = before[index].Presence;
            SetMembers([.. before[..index], .. before[(index + 1)..]]);
            _context.Metrics.AddMembers(-1);
            TellPresences(_members, [], new ReadOnlySpan<Presence>(in presence));

            // Telling may have made further members leave, and the last of them has ended the match.
            over = _members.Length == 0 && !_closed;
            _closed |= over;
        }

        if (over)
        {
            Finish("Everybody left.");
        }
    }

    public override SendOutcome Send(Guid sessionId, long opCode, ReadOnlySpan<byte> data, IReadOnlyList<Presence>? to, bool reliable)
    {
        IMatchMember[] members = _members;
        int index = IndexOf(members, sessionId);
        if (index < 0)
        {
            return SendOutcome.NotAMember;
        }

        Presence sender = members[index].Presence;
        bool everybodyElse = to is null || to.Count == 0;
        for (int i = 0; i < members.Length; i++)
        {
            if (everybodyElse ? i != index : IsListed(to!, members[i].Presence))
            {
                TellData(members[i], opCode, data, sender, reliable);
            }
        }

        return SendOutcome.Sent;
    }

    public override void Close(string reason)
    {
        IMatchMember[] members;
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            members = _members;
            SetMembers([]);
            _context.Metrics.AddMembers(-members.Length);
        }

        foreach (IMatchMember member in members)
        {
            try
            {
                member.MatchClosed(Id, reason, failed: false);
            }
            catch (Exception exception)
            {
                _context.Observer?.MemberFailed(_info, member.Presence, exception);
            }
        }

        Finish(reason);
    }

    private static int IndexOf(IMatchMember[] members, Guid sessionId)
    {
        for (int i = 0; i < members.Length; i++)
        {
            if (members[i].Presence.SessionId == sessionId)
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsListed(IReadOnlyList<Presence> to, Presence presence)
    {
        for (int i = 0; i < to.Count; i++)
        {
            if (to[i].SessionId == presence.SessionId && to[i].UserId == presence.UserId)
            {
                return true;
            }
        }

        return false;
    }

    private static Presence[] OthersThan(IMatchMember[] members, Guid sessionId) =>
        [.. members.Select(static m => m.Presence).Where(p => p.SessionId != sessionId)];

    private JoinOutcome Join(IMatchMember member)
    {
        Presence joining = member.Presence;
        lock (_gate)
        {
            if (_closed)
            {
                return JoinOutcome.NotFound;
            }

            IMatchMember[] before = _members;
            Presence[] others = OthersThan(before, joining.SessionId);
            if (others.Length < before.Length)
            {
                return JoinOutcome.Joined(_info, others);
            }

            if (before.Length >= Limits.MembersMax)
            {
                return JoinOutcome.Rejected("The match is full.");
            }

            SetMembers([.. before, member]);
            _context.Metrics.AddMembers(1);
            JoinOutcome outcome = JoinOutcome.Joined(_info, others);
            TellPresences(_members, new ReadOnlySpan<Presence>(in joining), []);
            return outcome;
        }
    }

    private void SetMembers(IMatchMember[] members)
    {
        _members = members;
        _info = _info with { Size = members.Length };
    }

    private void Finish(string reason)
    {
        _context.Forget(this);
        MatchEnding ending = new(reason, Failed: false, ResultJson: null);
        _context.Observer?.MatchEnded(_info, ending);
        SetEnded(ending);
    }

    // Presence events are told under the lock, so that everybody hears of comings and goings in the same order.
    private void TellPresences(IMatchMember[] members, ReadOnlySpan<Presence> joins, ReadOnlySpan<Presence> leaves)
    {
        foreach (IMatchMember member in members)
        {
            try
            {
                member.PresenceChanged(Id, joins, leaves);
            }
            catch (Exception exception)
            {
                Drop(member, exception);
            }
        }
    }

    private void TellData(IMatchMember member, long opCode, ReadOnlySpan<byte> data, Presence sender, bool reliable)
    {
        try
        {
            member.MatchData(Id, opCode, data, sender, reliable);
        }
        catch (Exception exception)
        {
            Drop(member, exception);
        }
    }

    private void Drop(IMatchMember member, Exception exception)
    {
        _context.Observer?.MemberFailed(_info, member.Presence, exception);
        Leave(member.Presence.SessionId);
    }
}
