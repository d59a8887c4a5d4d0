using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// One client of a server. It begins half open: admitted, but its address unproven; nothing of it is heard or told until then.
/// <code>
/// half open --pong [, cookie]--> connection --goodbye, silence--> gone
///     '------- 2 s, wrong guesses --> gone, and nobody was told
/// </code>
/// </summary>
internal sealed class Peer(ServerCore core, ConnectionId id, PeerAddress address) : TimerEntry, IConnectionEvents
{
    public ConnectionId Id => id;

    public PeerAddress Address { get; set; } = address;

    public required Dialect Dialect { get; init; }

    public required long ConnectTime { get; init; }

    /// <summary>0 to 3: in byte 0 of all its packets; no two peers of one address have the same.</summary>
    public required int ConnectionNumber { get; init; }

    /// <summary>What the client knows of its slot, and shows when its address has changed.</summary>
    public required int WireId { get; init; }

    /// <summary>The application's.</summary>
    public required object State { get; init; }

    /// <summary>Seals what goes between the two; null in the clear.</summary>
    public SealedLayer? Layer { get; init; }

    /// <summary>Bytes a datagram grows by on its way.</summary>
    public int OverheadBytes => Layer?.OverheadBytes ?? 0;

    /// <summary>Null while half open.</summary>
    public Connection? Connection { get; set; }

    /// <summary>Null once the address is proven.</summary>
    public AddressProof? Proof { get; set; }

    /// <summary>An address that claims to be where the client is now.</summary>
    public AddressClaim? Claim { get; set; }

    /// <summary>The next peer of the same address.</summary>
    public Peer? NextAtAddress { get; set; }

    public bool IsTouched { get; set; }

    public bool IsGone { get; set; }

    public long NextDeadline
    {
        get
        {
            long own = Connection?.NextDeadline ?? Proof!.NextDeadline;
            return Claim is null ? own : Math.Min(own, Claim.NextDeadline(Connection!.HeardAt));
        }
    }

    public void Transmit(ReadOnlySpan<byte> datagram) => core.Transmit(this, Address, datagram);

    public void Connected()
    {
        // A server's connection is born connected; the application is told when the address is proven.
    }

    public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => core.TellReceived(this, payload, method, channel);

    public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) => core.Application.Disconnected(this, reason, data);
}

/// <summary>
/// An address that claims to be a client's new one: it has to answer a ping, and the old one has to be silent unless the claim was sealed.
/// </summary>
internal sealed class AddressClaim(PeerAddress address, AddressProof proof, bool isSealed)
{
    /// <summary>Whether the claim itself proves who made it, if not from where.</summary>
    public bool IsSealed => isSealed;

    public PeerAddress Address => address;

    public AddressProof Proof => proof;

    public bool IsProven { get; set; }

    public long NextDeadline(long heardAt) => IsProven ? IsSealed ? 0 : heardAt + Limits.AddressSilenceMicroseconds : proof.NextDeadline;
}
