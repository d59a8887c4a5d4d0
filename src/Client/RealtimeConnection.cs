using System.Globalization;
using System.Net;
using Google.Protobuf;
using RealtimeServer.Protocol;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Transport;
using RealtimeServer.Transport.Simulator;

namespace RealtimeServer.Client;

/// <summary>
/// One player's connection over reliable UDP. Nothing happens between two calls of <see cref="Poll"/>: all handlers run and all
/// answers arrive inside it. Sending and polling may be done from different threads; a handler may send.
/// </summary>
public sealed class RealtimeConnection : IDisposable, IClientEvents
{
    private readonly Lock _lock = new();
    private readonly UdpClient _udp;
    private readonly TimeProvider _time;
    private readonly long _opened;
    private readonly TimeSpan _timeout;
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, PendingRequest> _requests = [];
    private readonly Dictionary<string, ClientMatch> _matches = [];
    private readonly List<string> _overdue = [];
    private readonly List<Envelope> _early = [];
    private byte[] _sendBuffer = new byte[1024];
    private int _lastCid;
    private bool _disposed;

    /// <param name="connectKey">The connect token the server gave for this connection.</param>
    internal RealtimeConnection(IPEndPoint server, ClientSession session, string connectKey, UdpClientOptions options, TimeSpan timeout, TimeProvider time)
    {
        _time = time;
        _timeout = timeout;
        _opened = time.GetTimestamp();
        Session = session;
        _udp = new UdpClient(options, time);
        _udp.Connect(server, ConnectData.FromString(connectKey));
    }

    public ClientSession Session { get; }

    /// <summary>Completes when the server has admitted the connection; fails with the server's reason if it refuses.</summary>
    public Task Connected => _connected.Task;

    public bool IsConnected => _connected.Task.IsCompletedSuccessfully && CloseReason is null;

    /// <summary>Why the connection is no more; null while it lives.</summary>
    public string? CloseReason { get; private set; }

    /// <summary>Called once, when the connection has ended, with the reason.</summary>
    public event Action<string>? Closed;

    /// <summary>Round trip, loss and bytes as the transport measures them.</summary>
    public ConnectionStatistics Statistics
    {
        get
        {
            using (_lock.EnterScope())
            {
                return _udp.Statistics;
            }
        }
    }

    /// <summary>What the network of <see cref="ClientOptions.Network"/> has done; nothing without one.</summary>
    public LinkCounts NetworkCounts
    {
        get
        {
            using (_lock.EnterScope())
            {
                return _udp.NetworkCounts;
            }
        }
    }

    /// <summary>Sends and receives what is due. Call it each frame, or at least every few milliseconds.</summary>
    public void Poll()
    {
        using (_lock.EnterScope())
        {
            if (_disposed)
            {
                return;
            }

            _udp.Poll(this);
            FailOverdue();
        }
    }

    /// <summary>Creates a match and joins it.</summary>
    /// <param name="name">
    /// Empty: a new relayed match. A plain name: the relayed match of that name. <c>simulate:lanes?seconds=60</c>: a new match of that
    /// game, simulated by the server, with these parameters.
    /// </param>
    /// <exception cref="ClientException">The server refused; the message says why.</exception>
    public Task<ClientMatch> CreateMatchAsync(string name = "") =>
        EnterAsync(new Envelope { MatchCreate = new MatchCreate { Name = name } });

    /// <summary>Joins a running match by its id.</summary>
    /// <exception cref="ClientException">There is no such match, or it refused; the message says why.</exception>
    public Task<ClientMatch> JoinMatchAsync(string matchId, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var join = new MatchJoin { MatchId = matchId };
        foreach ((string key, string value) in metadata ?? new Dictionary<string, string>())
        {
            join.Metadata.Add(key, value);
        }

        return EnterAsync(new Envelope { MatchJoin = join });
    }

    /// <summary>Measures a round trip through the reliable channel and the server's dispatcher.</summary>
    public async Task<TimeSpan> PingAsync()
    {
        long start = _time.GetTimestamp();
        await RequestAsync(new Envelope { Ping = new Ping() }, receiver: null).ConfigureAwait(false);
        return _time.GetElapsedTime(start);
    }

    /// <summary>Says goodbye to the server and frees the socket.</summary>
    public void Dispose()
    {
        using (_lock.EnterScope())
        {
            if (!_disposed)
            {
                Close("closed by the client");
                _disposed = true;
                _udp.Disconnect([]);
                _udp.Poll(this);
                _udp.Dispose();
            }
        }
    }

    void IClientEvents.Connected() => _connected.TrySetResult();

    void IClientEvents.Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
        if (method == DeliveryMethod.Unreliable)
        {
            ReceiveSnapshot(payload);
            return;
        }

        Envelope envelope;
        try
        {
            envelope = Envelope.Parser.ParseFrom(payload);
        }
        catch (InvalidProtocolBufferException)
        {
            Close("the server sent a message that is no envelope");
            return;
        }

        if (envelope.Cid.Length > 0 && _requests.Remove(envelope.Cid, out PendingRequest request))
        {
            Answer(request, envelope);
        }
        else
        {
            Push(envelope);
        }
    }

    void IClientEvents.Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data)
    {
        string text = ConnectData.TryReadString(data, out string? said) && said.Length > 0 ? said : $"disconnected: {reason}";
        Close(text);
    }

    internal bool Send(Envelope envelope)
    {
        using (_lock.EnterScope())
        {
            if (CloseReason is not null)
            {
                return false;
            }

            int size = envelope.CalculateSize();
            if (_sendBuffer.Length < size)
            {
                _sendBuffer = new byte[Math.Max(size, _sendBuffer.Length * 2)];
            }

            envelope.WriteTo(_sendBuffer.AsSpan(0, size));
            return _udp.Send(DeliveryMethod.ReliableOrdered, 0, _sendBuffer.AsSpan(0, size)) == SendOutcome.Sent;
        }
    }

    internal async Task LeaveAsync(ClientMatch match)
    {
        await RequestAsync(new Envelope { MatchLeave = new MatchLeave { MatchId = match.Id } }, receiver: null).ConfigureAwait(false);
        using (_lock.EnterScope())
        {
            _matches.Remove(match.Id);
        }
    }

    private void ReceiveSnapshot(ReadOnlySpan<byte> payload)
    {
        if (!SnapshotFrame.TryRead(payload, out uint key, out ReadOnlySpan<byte> part))
        {
            return;
        }

        foreach ((_, ClientMatch match) in _matches)
        {
            if (match.Key == key)
            {
                match.ReceiveSnapshotPart(part);
            }
        }
    }

    private async Task<ClientMatch> EnterAsync(Envelope envelope)
    {
        // Done inside Poll: the match must be known before the next message is handled, which may already be its own.
        var entered = new TaskCompletionSource<ClientMatch>(TaskCreationOptions.RunContinuationsAsynchronously);
        await RequestAsync(envelope, answer =>
        {
            if (answer.Match is null)
            {
                entered.SetException(new ClientException("The server answered a join with something else than a match."));
                return;
            }

            var match = new ClientMatch(this, answer.Match, _time);
            _matches[match.Id] = match;
            entered.SetResult(match);
            ReplayEarly(match.Id);
        }).ConfigureAwait(false);
        return await entered.Task.ConfigureAwait(false);
    }

    private Task<Envelope> RequestAsync(Envelope envelope, Action<Envelope>? receiver)
    {
        var answer = new TaskCompletionSource<Envelope>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (_lock.EnterScope())
        {
            envelope.Cid = (++_lastCid).ToString(CultureInfo.InvariantCulture);
            _requests.Add(envelope.Cid, new PendingRequest(answer, receiver, _time.GetTimestamp()));
            if (!Send(envelope))
            {
                _requests.Remove(envelope.Cid);
                answer.SetException(new ClientException(CloseReason is null ? "The connection's send queue is full." : $"The connection has ended: {CloseReason}"));
            }
        }

        return answer.Task;
    }

    private static void Answer(PendingRequest request, Envelope envelope)
    {
        if (envelope.Error is { } error)
        {
            request.Answer.SetException(new ClientException(error.Message, error.Code));
            return;
        }

        request.Receiver?.Invoke(envelope);
        request.Answer.SetResult(envelope);
    }

    private void Push(Envelope envelope)
    {
        switch (envelope.MessageCase)
        {
            case Envelope.MessageOneofCase.MatchData when _matches.TryGetValue(envelope.MatchData.MatchId, out ClientMatch? match):
                match.ReceiveData(envelope.MatchData);
                break;
            case Envelope.MessageOneofCase.MatchPresenceEvent when _matches.TryGetValue(envelope.MatchPresenceEvent.MatchId, out ClientMatch? match):
                match.ReceivePresences(envelope.MatchPresenceEvent);
                break;
            case Envelope.MessageOneofCase.Ping:
                Send(new Envelope { Cid = envelope.Cid, Pong = new Pong() });
                break;
            case Envelope.MessageOneofCase.Error when envelope.Error.Context.TryGetValue("match_id", out string? id) && _matches.Remove(id, out ClientMatch? match):
                match.Close(envelope.Error.Message);
                break;
            case Envelope.MessageOneofCase.MatchData or Envelope.MessageOneofCase.MatchPresenceEvent when _early.Count < Limits.EarlyMessagesMax && _requests.Count > 0:
                // A match may speak before the server's answer to the join names it.
                _early.Add(envelope);
                break;
            default:
                // A message of a newer server, or of a match just left.
                break;
        }
    }

    private void ReplayEarly(string matchId)
    {
        Envelope[] mine = [.. _early.Where(envelope => (envelope.MatchData?.MatchId ?? envelope.MatchPresenceEvent.MatchId) == matchId)];
        _early.RemoveAll(mine.Contains);
        foreach (Envelope envelope in mine)
        {
            Push(envelope);
        }
    }

    private void FailOverdue()
    {
        if (!_connected.Task.IsCompleted && _time.GetElapsedTime(_opened) > _timeout)
        {
            Close($"the server did not answer within {_timeout.TotalSeconds} s");
        }

        foreach ((string cid, PendingRequest request) in _requests)
        {
            if (_time.GetElapsedTime(request.Sent) > _timeout)
            {
                _overdue.Add(cid);
            }
        }

        foreach (string cid in _overdue)
        {
            _requests.Remove(cid, out PendingRequest request);
            request.Answer.SetException(new ClientException($"The server did not answer within {_timeout.TotalSeconds} s."));
        }

        _overdue.Clear();
    }

    private void Close(string reason)
    {
        if (CloseReason is not null)
        {
            return;
        }

        CloseReason = reason;
        _connected.TrySetException(new ClientException(reason));
        foreach ((_, PendingRequest request) in _requests)
        {
            request.Answer.SetException(new ClientException($"The connection has ended: {reason}"));
        }

        _requests.Clear();
        foreach ((_, ClientMatch match) in _matches)
        {
            match.Close(reason);
        }

        _matches.Clear();
        Closed?.Invoke(reason);
    }

    private readonly record struct PendingRequest(TaskCompletionSource<Envelope> Answer, Action<Envelope>? Receiver, long Sent);
}
