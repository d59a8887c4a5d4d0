using System.Collections.Concurrent;
using RealtimeServer.Matches;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Hooks;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Services.Realtime;

/// <summary>A session, or the refusal in words a client can show.</summary>
public readonly record struct OpenOutcome(RealtimeSession? Session, string Refusal);

/// <summary>
/// Opens sessions for the doors and sends each message of a client to the feature that handles it. WebSocket and rUDP differ only in
/// their <see cref="ISessionChannel"/>.
/// </summary>
public sealed class RealtimeService
{
    private readonly SessionTokens _tokens;
    private readonly Func<Guid, bool> _isBanned;
    private readonly Dictionary<Envelope.MessageOneofCase, RealtimeMethod> _methods;
    private readonly Action<RealtimeSession> _closed;
    private readonly TimeProvider _time;
    private readonly Action<string, Exception> _fault;
    private readonly MessageHooks? _hooks;
    private readonly Func<SessionClaims, ValueTask<bool>> _wasEnded;
    private readonly ConcurrentDictionary<Guid, RealtimeSession> _sessions = new();
    private readonly ConcurrentDictionary<Guid, RealtimeSession[]> _byUser = new();

    /// <param name="tokens">Verifies session tokens, and knows which sessions were ended.</param>
    /// <param name="wasEnded">Asks the database whether a session was ended.</param>
    /// <param name="isBanned">Whether a user is let in no more.</param>
    /// <param name="methods">What clients may send.</param>
    /// <param name="time">For the rate of messages.</param>
    /// <param name="closed">Told of every session that is gone, possibly more than once; must not throw.</param>
    /// <param name="fault">Told of every exception of a handler: kind of message and exception.</param>
    /// <param name="hooks">Put around handlers; null: nothing is.</param>
    internal RealtimeService(
        SessionTokens tokens,
        Func<SessionClaims, ValueTask<bool>> wasEnded,
        Func<Guid, bool> isBanned,
        IEnumerable<RealtimeMethod> methods,
        Action<RealtimeSession> closed,
        TimeProvider time,
        Action<string, Exception> fault,
        MessageHooks? hooks = null)
    {
        _tokens = tokens;
        _isBanned = isBanned;
        _wasEnded = wasEnded;
        _methods = methods.Append(new RealtimeMethod(Envelope.MessageOneofCase.Ping, PingAsync))
            .Append(new RealtimeMethod(Envelope.MessageOneofCase.Pong, static (_, _) => Task.CompletedTask))
            .ToDictionary(m => m.Kind);
        _closed = closed;
        _time = time;
        _fault = fault;
        _hooks = hooks;
    }

    public int SessionCount => _sessions.Count;

    /// <summary>Users who have a session at this moment.</summary>
    public ICollection<Guid> Users => _byUser.Keys;

    /// <summary>The open sessions of a user.</summary>
    public IReadOnlyList<RealtimeSession> SessionsOf(Guid userId) => _byUser.TryGetValue(userId, out RealtimeSession[]? sessions) ? sessions : [];

    /// <summary>Whether a user has a session that others are to see.</summary>
    public bool IsOnline(Guid userId) => _byUser.TryGetValue(userId, out RealtimeSession[]? sessions) && Array.Exists(sessions, static s => s.AppearsOnline);

    /// <summary>Opens a session for a token. The caller closes the socket with the refusal when there is none.</summary>
    public OpenOutcome Open(string token, ISessionChannel channel)
    {
        TokenOutcome outcome = _tokens.VerifySession(token);
        return outcome.Claims is SessionClaims claims
            ? Open(claims, channel)
            : new OpenOutcome(null, outcome.Reason);
    }

    /// <summary>
    /// Opens a session for claims that were verified before: an rUDP door opens the token of each connect request without keeping
    /// anything, and opens the session when the connection stands.
    /// </summary>
    /// <param name="claims">Who it is.</param>
    /// <param name="channel">The way to the client.</param>
    /// <param name="onlyMatch">The one match it may join; null for any.</param>
    /// <param name="appearsOnline">Whether others see the user as online by this session.</param>
    /// <param name="origin">Where the socket came from.</param>
    public OpenOutcome Open(
        SessionClaims claims, ISessionChannel channel, MatchId? onlyMatch = null, bool appearsOnline = true, ApiOrigin? origin = null)
    {
        if (_sessions.Count >= Limits.SessionsMax)
        {
            return new OpenOutcome(null, "The server is full, try again later.");
        }
        RealtimeSession session = new(this, claims, channel, _time)
        {
            OnlyMatch = onlyMatch,
            AppearsOnline = appearsOnline,
            Origin = origin ?? ApiOrigin.Local,
        };
        _sessions[session.Presence.SessionId] = session;
        _byUser.AddOrUpdate(claims.UserId, static (_, added) => [added], static (_, before, added) => [.. before, added], session);
        if (_isBanned(claims.UserId))
        {
            // Looked at when it stands among the others: a ban meanwhile either finds it there or is seen here.
            Remove(session);
            return new OpenOutcome(null, CloseReasons.Banned);
        }
        // After it can be found: whoever ends it from here on finds it. A connect token may be older than a sign-out.
        if (_tokens.Revoked.Contains(claims))
        {
            Remove(session);
            return new OpenOutcome(null, new TokenOutcome(null, TokenRefusal.Revoked).Reason);
        }
        if (!_tokens.Revoked.IsComplete)
        {
            _ = CloseIfEndedAsync(session);
        }
        return new OpenOutcome(session, "");
    }

    /// <summary>Whether a user would be refused, for doors that can say so before a connection stands.</summary>
    public bool IsBanned(Guid userId) => _isBanned(userId);

    /// <summary>Begins to close every session of a user.</summary>
    public void CloseUser(Guid userId, string reason)
    {
        foreach (RealtimeSession session in SessionsOf(userId))
        {
            session.Close(reason);
        }
    }

    /// <summary>Closes the sockets of sessions that were ended.</summary>
    /// <param name="userId">Whose to look at; null for everybody's.</param>
    internal void CloseEnded(Guid? userId)
    {
        IEnumerable<RealtimeSession> concerned = userId is Guid user ? SessionsOf(user) : _sessions.Values;
        foreach (RealtimeSession session in concerned)
        {
            if (_tokens.Revoked.Contains(session.Claims))
            {
                session.Close(CloseReasons.SessionEnded);
            }
        }
    }

    /// <summary>Begins to close every session.</summary>
    public void CloseAll(string reason)
    {
        foreach (RealtimeSession session in _sessions.Values)
        {
            session.Close(reason);
        }
    }

    internal void Remove(RealtimeSession session)
    {
        _closed(session);
        _sessions.TryRemove(session.Presence.SessionId, out _);
        Guid user = session.Presence.UserId;
        while (_byUser.TryGetValue(user, out RealtimeSession[]? before))
        {
            RealtimeSession[] after = Array.FindAll(before, s => s != session);
            if (after.Length == 0 ? _byUser.TryRemove(KeyValuePair.Create(user, before)) : _byUser.TryUpdate(user, after, before))
            {
                return;
            }
        }
    }

    internal async Task DispatchAsync(RealtimeSession session, Envelope envelope)
    {
        if (!_methods.TryGetValue(envelope.MessageCase, out RealtimeMethod? method))
        {
            bool missing = envelope.MessageCase == Envelope.MessageOneofCase.None;
            session.Refuse(
                envelope.Cid,
                missing ? Error.Types.Code.MissingPayload : Error.Types.Code.UnrecognizedPayload,
                missing ? "Missing message." : "Unrecognized message.");
            session.Close(CloseReasons.Unprocessable);
            return;
        }
        try
        {
            await (_hooks is null ? method.Handler(session, envelope) : _hooks.HandleAsync(method, session, envelope)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The boundary: one message's fault ends neither the session nor its door.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _fault(envelope.MessageCase.ToString(), exception);
            session.Refuse(envelope.Cid, Error.Types.Code.RuntimeException, "An internal error occurred.");
        }
    }

    // More sessions were ended than fit in memory: this one's socket is open for the moment it takes to ask the database.
    private async Task CloseIfEndedAsync(RealtimeSession session)
    {
        try
        {
            if (await _wasEnded(session.Claims).ConfigureAwait(false))
            {
                session.Close(CloseReasons.SessionEnded);
            }
        }
#pragma warning disable CA1031 // Nobody waits for it; a database that is away refuses what the session asks for.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _fault("session", exception);
        }
    }

    private static Task PingAsync(RealtimeSession session, Envelope envelope)
    {
        session.Send(new Envelope { Cid = envelope.Cid, Pong = new Pong() });
        return Task.CompletedTask;
    }
}
