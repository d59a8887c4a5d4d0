using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Simulation.Snapshots;

namespace RealtimeServer.Client;

/// <summary>
/// A match this connection is in. Its events are raised inside <see cref="RealtimeConnection.Poll"/>. What arrived before a handler
/// was there is not told again; <see cref="Welcome"/>, <see cref="Latest"/> and <see cref="Result"/> keep what matters.
/// </summary>
public sealed class ClientMatch
{
    private const long WelcomeOpCode = -1;
    private const long ResultOpCode = -3;
    private readonly RealtimeConnection _connection;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource<MatchWelcome> _welcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SnapshotDecoder? _decoder;

    internal ClientMatch(RealtimeConnection connection, Match match, TimeProvider time)
    {
        _connection = connection;
        _time = time;
        Id = match.MatchId;
        Label = match.Label;
        IsSimulated = match.Authoritative;
        Self = match.Self;
        Others = [.. match.Presences];
        Key = KeyOf(match.MatchId);
    }

    public string Id { get; }

    /// <summary>What listings show of it: JSON for simulated matches, null for relayed ones.</summary>
    public string? Label { get; }

    /// <summary>Whether the server simulates it; otherwise it only passes on what members send.</summary>
    public bool IsSimulated { get; }

    public UserPresence Self { get; }

    /// <summary>Who else was there when this member came.</summary>
    public IReadOnlyList<UserPresence> Others { get; }

    /// <summary>What a simulated match said at the beginning. Fails if the match closes before.</summary>
    public Task<MatchWelcome> Welcome => _welcome.Task;

    /// <summary>Completes with the reason when the match is over for this member.</summary>
    public Task<string> Closed => _closed.Task;

    /// <summary>The JSON a simulated match said at its end; null before, or if it had no proper end.</summary>
    public string? Result { get; private set; }

    /// <summary>The newest snapshot; null before the first. Valid until the next call of Poll.</summary>
    public WorldSnapshot? Latest => _decoder is { Latest.Count: > 0 } decoder ? decoder.Latest : null;

    /// <summary>For drawing: the world a little in the past, between two snapshots. Null before the welcome.</summary>
    public Interpolator? Interpolation { get; private set; }

    /// <summary>How many inputs this member has sent. Those up to the snapshot header's InputsProcessed are in the snapshot.</summary>
    public uint InputsSent { get; private set; }

    /// <summary>A new whole snapshot.</summary>
    public event Action<WorldSnapshot>? SnapshotReceived;

    /// <summary>Something a member or the match said: op code, data, and the sender or null for the match itself.</summary>
    public event Action<long, ReadOnlyMemory<byte>, UserPresence?>? DataReceived;

    /// <summary>Who came and who left.</summary>
    public event Action<IReadOnlyList<UserPresence>, IReadOnlyList<UserPresence>>? PresencesChanged;

    internal uint Key { get; }

    /// <summary>Sends an input of the game: an unmanaged struct without padding, as the game declares it.</summary>
    /// <returns>False if the connection has ended or its queue is full.</returns>
    public bool SendInput<T>(long opCode, in T input)
        where T : unmanaged
    {
        bool sent = Send(opCode, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in input)));
        InputsSent += sent ? 1u : 0u;
        return sent;
    }

    /// <summary>Sends bytes to the match: to its members if it is relayed.</summary>
    /// <returns>False if the connection has ended or its queue is full.</returns>
    public bool Send(long opCode, ReadOnlySpan<byte> data) => _connection.Send(new Envelope
    {
        MatchDataSend = new MatchDataSend { MatchId = Id, OpCode = opCode, Data = ByteString.CopyFrom(data), Reliable = true },
    });

    /// <summary>Leaves the match; the connection stays.</summary>
    public Task LeaveAsync() => _connection.LeaveAsync(this);

    internal void ReceiveData(MatchData data)
    {
        switch (data.OpCode)
        {
            case WelcomeOpCode when data.Presence is null:
                ReceiveWelcome(data.Data.Memory);
                break;
            case ResultOpCode when data.Presence is null:
                Result = data.Data.ToStringUtf8();
                break;
            default:
                DataReceived?.Invoke(data.OpCode, data.Data.Memory, data.Presence);
                break;
        }
    }

    internal void ReceivePresences(MatchPresenceEvent change)
    {
        PresencesChanged?.Invoke(change.Joins, change.Leaves);
        foreach (UserPresence left in change.Leaves)
        {
            if (left.SessionId == Self.SessionId)
            {
                Close(Result is null ? "the match has closed" : "the match has ended");
            }
        }
    }

    internal void ReceiveSnapshotPart(ReadOnlySpan<byte> part)
    {
        if (_decoder is not null && _decoder.Add(part) == SnapshotOutcome.Complete)
        {
            Interpolation!.Add(_decoder.Latest, _time.GetTimestamp());
            SnapshotReceived?.Invoke(_decoder.Latest);
        }
    }

    internal void Close(string reason)
    {
        _welcome.TrySetException(new ClientException($"The match closed before it said how to read it: {reason}"));
        _closed.TrySetResult(reason);
    }

    private void ReceiveWelcome(ReadOnlyMemory<byte> json)
    {
        try
        {
            MatchWelcome welcome = MatchWelcome.Parse(json);
            _decoder = new SnapshotDecoder(welcome.Schema);
            Interpolation = new Interpolator(welcome.Schema, welcome.TickRateHz, _time);
            _welcome.TrySetResult(welcome);
        }
        catch (InvalidDataException error)
        {
            _welcome.TrySetException(new ClientException(error.Message, inner: error));
        }
    }

    /// <summary>The four bytes that stand for the match in snapshot frames: the first four of its id, as printed.</summary>
    private static uint KeyOf(string matchId) =>
        matchId.Length >= 8 && Convert.FromHexString(matchId.AsSpan(0, 8), stackalloc byte[4], out _, out _) == System.Buffers.OperationStatus.Done
            ? BinaryPrimitives.ReadUInt32LittleEndian(Convert.FromHexString(matchId.AsSpan(0, 8)))
            : 0;
}
