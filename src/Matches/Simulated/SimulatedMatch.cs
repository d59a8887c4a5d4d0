using System.Diagnostics;
using System.Text;
using RealtimeServer.Matches.Hosting;
using RealtimeServer.Simulation;

namespace RealtimeServer.Matches.Simulated;

/// <summary>
/// A match the server simulates: one tick is inbox, simulation, events, snapshot. It runs on its worker's thread only; from other
/// threads come its inbox and, if a tick never ends, the watchdog's <see cref="Abandon"/>.
/// </summary>
internal sealed class SimulatedMatch : Match
{
    private readonly MatchContext _context;
    private readonly MatchSimulation _simulation;
    private readonly MatchCard _card;
    private readonly MemberList _members;
    private readonly Inbox _inbox = new();
    private readonly MatchRequest _request;
    private readonly SnapshotSender _sender;
    private readonly MatchRecovery _recovery;
    private TickSchedule _schedule;
    private long _emptySince;
    private double _tickMicroseconds = Limits.TickMicrosecondsAssumed;
    private int _joinsUnderWay;
    private int _closed;

    private volatile MatchInfo _info;

    /// <param name="id">Its name.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="simulation">At its start, or as it was restored.</param>
    /// <param name="context">Of the host.</param>
    /// <param name="seats">Slots of players that are kept for them; of a new match none.</param>
    public SimulatedMatch(MatchId id, MatchRequest request, MatchSimulation simulation, MatchContext context, IEnumerable<Seat>? seats = null)
        : base(id)
    {
        _context = context;
        _simulation = simulation;
        _request = request;
        _members = new MemberList(id, (presence, exception) => context.Observer?.MemberFailed(Info, presence, exception));
        _sender = new SnapshotSender(simulation, _members);
        _recovery = new MatchRecovery(context, id, request, simulation, _members, seats ?? [], () => Info);
        _card = new MatchCard(simulation);
        _info = _card.Info(id, members: 0, players: 0);
        _schedule = NewSchedule(context.Time.GetTimestamp());
    }

    public override MatchInfo Info => _info;

    public int TickRateHz => _simulation.TickRateHz;

    public string MapName => _simulation.Setup.MapName;

    /// <summary>When the next tick is due.</summary>
    public long Due => _schedule.Due;

    /// <summary>Microseconds of simulation a second, as lately measured.</summary>
    public long Cost => (long)(_tickMicroseconds * TickRateHz);

    private bool IsClosed => Volatile.Read(ref _closed) != 0;

    public override Task<JoinOutcome> JoinAsync(IMatchMember member)
    {
        JoinRequest request = new(member);
        Interlocked.Increment(ref _joinsUnderWay);
        if (!_inbox.Post(InboxKind.Join, request))
        {
            request.Answer(JoinOutcome.NotFound);
        }

        return request.Outcome;
    }

    public override void Leave(Guid sessionId)
    {
        // Leaves of strangers are not worth the room; one who is just joining may leave as well. In this order: a join that is no
        // longer under way has made its member findable.
        if (Volatile.Read(ref _joinsUnderWay) > 0 || _members.Find(sessionId) is not null)
        {
            _inbox.Post(InboxKind.Leave, null, sessionId);
        }
    }

    public override SendOutcome Send(Guid sessionId, long opCode, ReadOnlySpan<byte> data, IReadOnlyList<Presence>? to, bool reliable)
    {
        SimulatedMember? member = _members.Find(sessionId);
        if (member is null)
        {
            return SendOutcome.NotAMember;
        }

        if (opCode < 0)
        {
            return SendOutcome.ReservedOpCode;
        }

        SendOutcome outcome = _inbox.PostData(member, opCode, data);
        if (outcome == SendOutcome.QueueFull)
        {
            _context.Metrics.InboxDropped.Add(1);
        }

        return outcome;
    }

    public override void Close(string reason) => _inbox.Post(InboxKind.Close, reason);

    public Task<T> InspectAsync<T>(Func<MatchSimulation, T> read)
    {
        MatchCall<T> call = new(read);
        if (!_inbox.Post(InboxKind.Call, call))
        {
            call.Fail(IsOver());
        }

        return call.Result;
    }

    /// <summary>Sets the first tick. Before the worker owns the match.</summary>
    public void StartAt(long timestamp)
    {
        _schedule = NewSchedule(timestamp);
        _emptySince = timestamp;
        _recovery.StartAt(timestamp);
    }

    /// <summary>The match as bytes, taken on its own thread before its next tick.</summary>
    public Task<byte[]> SaveAsync() => InspectAsync(_ => _recovery.ToBytes());

    /// <summary>One tick. False once the match is over. Never throws.</summary>
    public bool RunTick(long now, TickScratch scratch)
    {
        TickTiming timing = _schedule.Begin(now);
        Measure(timing);
        try
        {
            TakeIn();
            if (!IsClosed)
            {
                Advance(now, timing, scratch);
            }
        }
        catch (Exception exception)
        {
            Fail(exception, $"The match ended because its game failed at tick {_simulation.Tick}.");
        }

        if (!IsClosed)
        {
            return true;
        }

        _simulation.Dispose();
        return false;
    }

    /// <summary>Ends the match while no tick of it runs.</summary>
    public void EndBetweenTicks(string reason)
    {
        End(new MatchEnding(reason, Failed: false, ResultJson: null));
        _simulation.Dispose();
    }

    /// <summary>
    /// Ends the match while its tick is stuck on another thread. That thread finds the match closed should it ever come back.
    /// </summary>
    public void Abandon()
    {
        _context.Metrics.TicksStalled.Add(1);
        Fail(Stall(), "The match ended because its game stalled.");
    }

    private void Advance(long begun, in TickTiming timing, TickScratch scratch)
    {
        _simulation.Step();
        long ended = _context.Time.GetTimestamp();
        double seconds = _context.Seconds(ended - begun);
        _context.Metrics.TickDuration.Record(seconds);
        _tickMicroseconds += ((seconds * 1e6) - _tickMicroseconds) / 16;
        if (IsClosed)
        {
            return;
        }

        _sender.SendEvents();
        if (_members.Count > 0)
        {
            _sender.SendSnapshot(scratch, Microseconds(seconds), Microseconds(_context.Seconds(timing.Late)));
        }

        if (seconds > Limits.TickSecondsMax && !Debugger.IsAttached)
        {
            _context.Metrics.TicksStalled.Add(1);
            Fail(Stall(), $"The match ended because its game stalled at tick {_simulation.Tick}.");
        }
        else if (_simulation.Ended)
        {
            Finish();
        }
        else
        {
            RemoveBroken();
            _recovery.AfterTick(begun, scratch.Saved);
            EndIfLongEmpty(begun);
        }
    }

    private void TakeIn()
    {
        Inbox.Batch batch = _inbox.Take();
        foreach (ref readonly InboxEntry entry in batch.Entries)
        {
            if (IsClosed)
            {
                return;
            }

            switch (entry.Kind)
            {
                case InboxKind.Data:
                    TakeInput((SimulatedMember)entry.Subject!, entry.OpCode, batch.Data(entry));
                    break;
                case InboxKind.Join:
                    Admit((JoinRequest)entry.Subject!);
                    break;
                case InboxKind.Leave:
                    Remove(entry.SessionId);
                    break;
                case InboxKind.Call:
                    ((MatchCall)entry.Subject!).Run(_simulation);
                    break;
                case InboxKind.Close:
                    End(new MatchEnding((string)entry.Subject!, Failed: false, ResultJson: null));
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }

    private void TakeInput(SimulatedMember member, long opCode, ReadOnlySpan<byte> data)
    {
        if (!member.Gone && _simulation.Input(member.Player, opCode, data) != InputOutcome.Accepted)
        {
            _context.Metrics.InputsRefused.Add(1);
        }
    }

    private void Admit(JoinRequest request)
    {
        Presence joining = request.Member.Presence;
        Presence[] present = _members.Presences;
        if (_members.Find(joining.SessionId) is not null)
        {
            Answer(request, JoinOutcome.Joined(_info, [.. present.Where(p => p.SessionId != joining.SessionId)]));
            return;
        }

        if (present.Length >= Limits.MembersMax)
        {
            Answer(request, JoinOutcome.Rejected("The match is full."));
            return;
        }

        SimulatedMember member = new(request.Member, _recovery.TakeSlot(joining.UserId));
        _members.Add(member);
        MembersChanged();
        _context.Metrics.AddMembers(1);
        Answer(request, JoinOutcome.Joined(_info, present));
        _members.TellData(member, MatchOpCodes.Welcome, _card.Welcome(member.Player, _simulation.Tick));
        _members.TellPresences(new ReadOnlySpan<Presence>(in joining), []);
    }

    private void Answer(JoinRequest request, in JoinOutcome outcome)
    {
        Interlocked.Decrement(ref _joinsUnderWay);
        request.Answer(outcome);
    }

    private void Remove(Guid sessionId)
    {
        SimulatedMember? member = _members.Find(sessionId);
        if (member is null)
        {
            return;
        }

        member.Gone = true;
        _members.Remove(member);
        MembersChanged();
        _context.Metrics.AddMembers(-1);
        if (_members.Count == 0)
        {
            _emptySince = _context.Time.GetTimestamp();
        }

        Presence leaving = member.Presence;
        _members.TellPresences([], new ReadOnlySpan<Presence>(in leaving));
        if (member.Player != default)
        {
            _simulation.Leave(member.Player);
        }
    }

    private void Finish()
    {
        string? result = _simulation.ResultJson;
        if (result is not null)
        {
            _members.TellData(to: default, MatchOpCodes.Result, Encoding.UTF8.GetBytes(result));
        }

        End(new MatchEnding("The match is over.", Failed: false, result));
    }

    private void Fail(Exception exception, string reason)
    {
        if (!End(new MatchEnding(reason, Failed: true, ResultJson: null), exception))
        {
            return;
        }

        _context.Metrics.Failed.Add(1);
    }

    private bool End(MatchEnding ending, Exception? exception = null)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return false;
        }

        _context.Forget(this);
        _recovery.End();
        _members.TellClosed(ending.Reason, ending.Failed);
        _inbox.Close(ending.Failed ? JoinOutcome.Rejected(ending.Reason) : JoinOutcome.NotFound, IsOver());
        _context.Metrics.AddMembers(-_members.Count);
        if (exception is not null)
        {
            _context.Observer?.MatchFailed(_info, exception, ReplayFiles.TrySave(_context.Options.ReplayFolder, Id, _request, _simulation, exception));
        }

        _context.Observer?.MatchEnded(_info, ending);
        SetEnded(ending);
        return true;
    }

    private void EndIfLongEmpty(long now)
    {
        if (!_request.KeepAlive && _members.Count == 0 && _context.Seconds(now - _emptySince) >= _context.Options.EmptyMatchSeconds)
        {
            End(new MatchEnding("Nobody was in the match.", Failed: false, ResultJson: null));
        }
    }

    private void RemoveBroken()
    {
        while (_members.Broken is SimulatedMember member)
        {
            Remove(member.Presence.SessionId);
        }
    }

    private void Measure(in TickTiming timing)
    {
        _context.Metrics.TickLateness.Record(_context.Seconds(timing.Late));
        _context.Metrics.TickJitter.Record(_context.Seconds(timing.Jitter));
        if (timing.Slipped > 0)
        {
            _context.Metrics.TicksSlipped.Add(timing.Slipped);
        }
    }

    private void MembersChanged() => _info = _card.Info(Id, _members.Count, _members.PlayerCount);

    private TickSchedule NewSchedule(long start) => new(start, _context.Time.TimestampFrequency, TickRateHz, Limits.CatchUpTicksMax);

    private InvalidOperationException IsOver() => new($"Match {Id} is over.");

    private static TimeoutException Stall() => new($"A tick took more than {Limits.TickSecondsMax} s.");

    private static ushort Microseconds(double seconds) => (ushort)Math.Clamp(seconds * 1e6, 0, ushort.MaxValue);
}
