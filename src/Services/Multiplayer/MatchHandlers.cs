using System.Text;
using RealtimeServer.Matches;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Services.Moderation;
using RealtimeServer.Services.Realtime;
using Code = RealtimeServer.Protocol.Realtime.Error.Types.Code;

namespace RealtimeServer.Services.Multiplayer;

/// <summary>The socket messages of matches: create, join, leave, send.</summary>
internal sealed class MatchHandlers
{
    private readonly MatchHost _host;
    private readonly BanList _bans;

    public MatchHandlers(MatchHost host, BanList bans)
    {
        _host = host;
        _bans = bans;
    }

    public IEnumerable<RealtimeMethod> All =>
    [
        new(Envelope.MessageOneofCase.MatchCreate, CreateAsync),
        new(Envelope.MessageOneofCase.MatchJoin, JoinAsync),
        new(Envelope.MessageOneofCase.MatchLeave, LeaveAsync),
        new(Envelope.MessageOneofCase.MatchDataSend, SendAsync),
    ];

    /// <summary>Takes a session that is gone out of its matches.</summary>
    public void SessionClosed(RealtimeSession session)
    {
        foreach (MatchId match in session.Matches.Close())
        {
            _host.Leave(match, session.Presence.SessionId);
        }
    }

    private async Task CreateAsync(RealtimeSession session, Envelope envelope)
    {
        if (session.OnlyMatch is MatchId only)
        {
            session.Refuse(envelope.Cid, Code.BadInput, $"This connection is for the match {only} alone.");
            return;
        }
        string name = envelope.MatchCreate.Name;
        if (SimulationName.IsOne(name))
        {
            await CreateSimulatedAsync(session, envelope.Cid, name).ConfigureAwait(false);
            return;
        }
        if (!session.Matches.HasRoom)
        {
            RefuseFull(session, envelope.Cid);
            return;
        }
        for (int tries = 1; ; tries++)
        {
            CreateOutcome outcome = _host.CreateRelayed(name.Length == 0 ? null : name);
            if (outcome.Info is not MatchInfo match)
            {
                session.Refuse(envelope.Cid, Code.BadInput, outcome.Refusal ?? "");
                return;
            }
            JoinOutcome joined = await _host.JoinAsync(match.Id, session, null).ConfigureAwait(false);
            // A match of this name may have ended since: its last member left just now.
            if (joined.Status != JoinStatus.NotFound || tries == Limits.CreateTriesMax)
            {
                Answer(session, envelope.Cid, match.Id, joined, created: true);
                return;
            }
        }
    }

    private async Task CreateSimulatedAsync(RealtimeSession session, string cid, string name)
    {
        if (!SimulationName.TryParse(name, out SimulationName? request, out string? error))
        {
            session.Refuse(cid, Code.BadInput, error);
            return;
        }
        if (session.Matches.CountCreated(Runs) >= Limits.SimulatedMatchesPerSessionMax)
        {
            session.Refuse(cid, Code.BadInput, $"Too many simulated matches, at most {Limits.SimulatedMatchesPerSessionMax} of one session may run.");
            return;
        }
        if (!session.Matches.HasRoom)
        {
            RefuseFull(session, cid);
            return;
        }
        CreateOutcome outcome = _host.CreateSimulated(new MatchRequest(request.Game, request.Map, request.Parameters, request.Seed));
        if (outcome.Info is not MatchInfo match)
        {
            session.Refuse(cid, Code.BadInput, outcome.Refusal ?? "");
            return;
        }
        session.Matches.AddCreated(match.Id);
        Answer(session, cid, match.Id, await _host.JoinAsync(match.Id, session, null).ConfigureAwait(false), created: true);
    }

    private async Task JoinAsync(RealtimeSession session, Envelope envelope)
    {
        MatchJoin join = envelope.MatchJoin;
        switch (join.IdCase)
        {
            case MatchJoin.IdOneofCase.Token:
                // Only a matchmaker gives these out.
                session.Refuse(envelope.Cid, Code.BadInput, "Invalid match token");
                return;
            case MatchJoin.IdOneofCase.None:
                session.Refuse(envelope.Cid, Code.BadInput, "No match ID or token found");
                return;
        }
        if (!MatchId.TryParse(join.MatchId, out MatchId match))
        {
            session.Refuse(envelope.Cid, Code.BadInput, "Invalid match ID");
            return;
        }
        if (session.OnlyMatch is MatchId only && match != only)
        {
            session.Refuse(envelope.Cid, Code.MatchJoinRejected, $"This connection is for the match {only} alone.");
            return;
        }
        int metadataBytes = 0;
        foreach ((string key, string value) in join.Metadata)
        {
            metadataBytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
        }
        if (join.Metadata.Count > Limits.JoinMetadataMax || metadataBytes > Limits.JoinMetadataBytesMax)
        {
            session.Refuse(
                envelope.Cid, Code.BadInput, $"Metadata invalid, must be at most {Limits.JoinMetadataMax} entries and {Limits.JoinMetadataBytesMax} bytes.");
            return;
        }
        if (!session.Matches.HasRoom)
        {
            RefuseFull(session, envelope.Cid);
            return;
        }
        JoinOutcome joined = await _host.JoinAsync(match, session, new Dictionary<string, string>(join.Metadata)).ConfigureAwait(false);
        Answer(session, envelope.Cid, match, joined, created: false);
    }

    // The answer to a create counts its creator; the answer to a join does not count who joins. Clients know both.
    private void Answer(RealtimeSession session, string cid, MatchId match, JoinOutcome outcome, bool created)
    {
        if (!outcome.Accepted)
        {
            bool unknown = outcome.Status == JoinStatus.NotFound;
            session.Refuse(
                cid,
                unknown ? Code.MatchNotFound : Code.MatchJoinRejected,
                unknown ? "Match not found" : outcome.Reason ?? "Match join rejected");
            return;
        }
        if (!session.Matches.TryAdd(match))
        {
            _host.Leave(match, session.Presence.SessionId);
            return;
        }
        if (!Runs(match))
        {
            // It ended before it was noted, so the notice of its end found nothing to remove.
            session.Matches.Ended(match);
        }
        Match answer = new()
        {
            MatchId = match.ToString(),
            Authoritative = outcome.Info.Authoritative,
            Label = outcome.Info.Authoritative ? outcome.Info.Label : null,
            Size = outcome.Others.Length + (created ? 1 : 0),
            Self = MatchMessages.User(session.Presence),
        };
        foreach (Presence other in outcome.Others)
        {
            answer.Presences.Add(MatchMessages.User(other));
        }
        session.Send(new Envelope { Cid = cid, Match = answer });
    }

    private Task LeaveAsync(RealtimeSession session, Envelope envelope)
    {
        if (!MatchId.TryParse(envelope.MatchLeave.MatchId, out MatchId match))
        {
            session.Refuse(envelope.Cid, Code.BadInput, "Invalid match ID");
            return Task.CompletedTask;
        }
        if (session.Matches.Remove(match))
        {
            _host.Leave(match, session.Presence.SessionId);
        }
        session.Send(new Envelope { Cid = envelope.Cid });
        return Task.CompletedTask;
    }

    // Never answered: what cannot be delivered is dropped, as the sender is told of leaves and ends by other messages.
    private Task SendAsync(RealtimeSession session, Envelope envelope)
    {
        MatchDataSend send = envelope.MatchDataSend;
        if (!MatchId.TryParse(send.MatchId, out MatchId match))
        {
            session.Refuse(envelope.Cid, Code.BadInput, "Invalid match ID");
            return Task.CompletedTask;
        }
        if (send.Presences.Count > Limits.ReceiversMax)
        {
            session.Refuse(envelope.Cid, Code.BadInput, $"Too many presences, must be at most {Limits.ReceiversMax}.");
            return Task.CompletedTask;
        }
        List<Presence>? to = null;
        foreach (UserPresence user in send.Presences)
        {
            if (MatchMessages.TryPresence(user) is not Presence receiver)
            {
                session.Refuse(envelope.Cid, Code.BadInput, "Invalid presence");
                return Task.CompletedTask;
            }
            (to ??= []).Add(receiver);
        }
        // What players say to each other is seen by the sender alone; what a simulated match makes of its players' inputs is the game's to decide.
        if (_bans.IsShadowBanned(session.Presence.UserId) && _host.TryGet(match, out MatchInfo? info) && !info.Authoritative)
        {
            to = to?.FindAll(p => p.UserId == session.Presence.UserId) ?? [];
            if (to.Count == 0)
            {
                return Task.CompletedTask;
            }
        }
        _host.Send(match, session.Presence.SessionId, send.OpCode, send.Data.Span, to, send.Reliable);
        return Task.CompletedTask;
    }

    private bool Runs(MatchId match) => _host.TryGet(match, out _);

    private static void RefuseFull(RealtimeSession session, string cid)
    {
        session.Refuse(cid, Code.BadInput, $"Too many matches, a session may be in {Limits.MatchesPerSessionMax}.");
    }
}
