using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Tokens;

namespace RealtimeServer.Transport;

/// <summary>What a server does with a connect request.</summary>
public readonly struct Admission
{
    private Admission(AdmissionKind kind, object? state, ReadOnlyMemory<byte> data)
    {
        Kind = kind;
        State = state;
        Data = data;
    }

    /// <summary>Say nothing: the sender is not worth a datagram.</summary>
    public static Admission Ignore => default;

    internal AdmissionKind Kind { get; }

    internal object? State { get; }

    internal ReadOnlyMemory<byte> Data { get; }

    /// <param name="state">Handed to every later event of the connection.</param>
    public static Admission Accept(object state) => new(AdmissionKind.Accept, state, default);

    /// <param name="data">
    /// Why, for the client: see <see cref="ConnectData.FromString"/>. Cut so that the answer has no more bytes than the request.
    /// </param>
    public static Admission Reject(ReadOnlyMemory<byte> data) => new(AdmissionKind.Reject, null, data);
}

internal enum AdmissionKind : byte
{
    Ignore,
    Accept,
    Reject,
}

/// <summary>What a server hears of its connections. All members are called on the network thread and must not block.</summary>
public interface IServerEvents
{
    /// <summary>
    /// Decides about a connect request by its data alone: the sender's address may be forged, so nothing may be remembered of one that
    /// is not accepted.
    /// </summary>
    Admission Admit(ReadOnlySpan<byte> connectData, PeerAddress from);

    /// <summary>
    /// Decides about a client whose connect token has opened, if <see cref="UdpServerOptions.Tokens"/> asks for tokens. Connect data that is
    /// no token at all goes to the other <c>Admit</c>.
    /// </summary>
    /// <param name="grant">What the token brings; unless another is chosen, it is the state of the connection.</param>
    Admission Admit(TokenGrant grant, PeerAddress from) => Admission.Accept(grant);

    /// <summary>A client was admitted and has proven that it is where its datagrams say: it can be sent to, and its messages follow.</summary>
    /// <param name="state">What <see cref="Admission.Accept"/> was given.</param>
    void Connected(ConnectionId id, object state);

    /// <summary>A message; the payload is valid during the call.</summary>
    void Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel);

    /// <summary>Called once for every connection that was connected.</summary>
    void Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data);

    /// <summary>
    /// A message without a connection, if <see cref="UdpServerOptions.HearUnconnected"/> asks for them. The sender's address may be forged,
    /// so an answer is never larger than the message, and only a few a second are heard. As two servers might be set to answer each other, the
    /// answer to what is no broadcast is half as long at most.
    /// </summary>
    /// <param name="isBroadcast">Sent to whoever is there: what clients look for servers with.</param>
    /// <param name="answer">Room for an answer: as large as a broadcast, half as large as another message.</param>
    /// <returns>Bytes written to the answer; negative for none.</returns>
    int Unconnected(PeerAddress from, ReadOnlySpan<byte> message, bool isBroadcast, Span<byte> answer) => -1;
}

/// <summary>What a client hears, inside <see cref="UdpClient.Poll"/>.</summary>
public interface IClientEvents
{
    void Connected();

    /// <summary>A message; the payload is valid during the call.</summary>
    void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel);

    /// <summary>The connection is over, or never came to be. A refusal's data is the server's reason.</summary>
    void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data);
}
