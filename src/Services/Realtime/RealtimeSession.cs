using RealtimeServer.Matches;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Hooks;
using RealtimeServer.Services.Multiplayer;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Services.Realtime;

/// <summary>
/// An authenticated user on one socket. The door gives it what the client sends; it answers through the channel. Messages are handled
/// in the order they came, one at a time: while one waits (for a match to admit the player), those behind it queue.
/// </summary>
public sealed class RealtimeSession : IMatchMember
{
    private readonly RealtimeService _service;
    private readonly ISessionChannel _channel;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Queue<Envelope> _pending = new();
    private MessageAllowance _allowance;
    private bool _busy;
    private volatile bool _closing;
    private volatile string? _awaitedCid;
    private volatile Envelope? _answer;

    internal RealtimeSession(RealtimeService service, SessionClaims claims, ISessionChannel channel, TimeProvider time)
    {
        _service = service;
        _channel = channel;
        _time = time;
        _allowance = new MessageAllowance(time);
        Presence = new Presence(claims.UserId, Guid.NewGuid(), claims.Username);
        Claims = claims;
    }

    public Presence Presence { get; }

    public SessionClaims Claims { get; }

    /// <summary>The one match this session may be in, as its connect token says; null for any.</summary>
    internal MatchId? OnlyMatch { get; init; }

    /// <summary>Whether others see the user as online by this session.</summary>
    internal bool AppearsOnline { get; init; }

    /// <summary>Where the socket came from.</summary>
    internal ApiOrigin Origin { get; init; } = ApiOrigin.Local;

    internal MatchMembership Matches { get; } = new();

    /// <summary>
    /// Takes a message of the client. The task is done when it was handled, for doors that read the next one only then; a door that
    /// must not wait need not look at it. Never throws, and never blocks.
    /// </summary>
    public Task Receive(Envelope envelope)
    {
        string? flood = null;
        lock (_gate)
        {
            if (_closing)
            {
                return Task.CompletedTask;
            }
            if (!_allowance.TryTake(_time.GetTimestamp()) || _pending.Count >= Limits.PendingMessagesMax)
            {
                flood = CloseReasons.TooManyMessages;
            }
            else if (_busy)
            {
                _pending.Enqueue(envelope);
                return Task.CompletedTask;
            }
            else
            {
                _busy = true;
            }
        }
        if (flood is not null)
        {
            Close(flood);
            return Task.CompletedTask;
        }
        return HandleAllAsync(envelope);
    }

    /// <summary>The client sent bytes that are no envelope.</summary>
    public void ReceiveMalformed() => Close(CloseReasons.Malformed);

    /// <summary>The socket is gone: leaves every match and forgets the session. Called by the door; again does nothing.</summary>
    public void Closed()
    {
        lock (_gate)
        {
            _closing = true;
            _pending.Clear();
        }
        _service.Remove(this);
    }

    /// <summary>Begins to close the socket; messages that still come in are dropped.</summary>
    public void Close(string reason)
    {
        _closing = true;
        _channel.Close(reason);
    }

    /// <summary>Sends a message. A client that does not keep up is closed, since what it missed cannot be made up for.</summary>
    internal void Send(Envelope envelope)
    {
        if (_awaitedCid is string cid && envelope.Cid == cid)
        {
            _answer = envelope;
        }
        if (!_channel.Send(envelope))
        {
            Close(CloseReasons.QueueFull);
        }
    }

    /// <summary>Keeps the answer to the message that is handled next; of one without a cid, answers cannot be told from pushes.</summary>
    internal void AwaitAnswer(string cid)
    {
        _answer = null;
        _awaitedCid = cid.Length == 0 ? null : cid;
    }

    /// <summary>The answer since <see cref="AwaitAnswer"/>, if any.</summary>
    internal Envelope? TakeAnswer()
    {
        _awaitedCid = null;
        return _answer;
    }

    /// <summary>This session as server code sees it.</summary>
    internal HookContext ContextOf(string name, TimeProvider time)
    {
        RequestDetails details = Origin.ReadDetails();
        HookContext context = new()
        {
            Name = name,
            SessionId = Presence.SessionId,
            Address = Origin.Address,
            RequestId = Origin.RequestId,
            Lang = details.Lang,
            Headers = details.Headers,
            QueryParameters = details.QueryParameters,
            Time = time,
        };
        return context.As(Claims);
    }

    internal void Refuse(string cid, Error.Types.Code code, string message) =>
        Send(new Envelope { Cid = cid, Error = new Error { Code = (int)code, Message = message } });

    void IMatchMember.MatchData(MatchId match, long opCode, ReadOnlySpan<byte> data, Presence? sender, bool reliable) =>
        Send(MatchMessages.Data(match, opCode, data, sender, reliable));

    // Snapshots are replaced by the next one, so a full queue drops them without harm.
    void IMatchMember.Snapshot(MatchId match, ReadOnlySpan<byte> part) => _channel.SendSnapshot(match, part);

    void IMatchMember.PresenceChanged(MatchId match, ReadOnlySpan<Presence> joins, ReadOnlySpan<Presence> leaves) =>
        Send(MatchMessages.PresenceEvent(match, joins, leaves));

    void IMatchMember.MatchClosed(MatchId match, string reason, bool failed)
    {
        Matches.Ended(match);
        if (failed)
        {
            Send(MatchMessages.Failed(match, reason));
        }
        Send(MatchMessages.PresenceEvent(match, [], [Presence]));
    }

    private async Task HandleAllAsync(Envelope? envelope)
    {
        while (envelope is not null)
        {
            await _service.DispatchAsync(this, envelope).ConfigureAwait(false);
            lock (_gate)
            {
                if (_closing || !_pending.TryDequeue(out envelope))
                {
                    envelope = null;
                    _busy = false;
                }
            }
        }
    }
}
