using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// Clients whose address changes under them, as behind a router that forgets them or on the way from one network to another:
/// <code>
/// in the clear   data           the server does not know it: PeerNotFound
///                15 bytes       its id and connect time: ping n to the new address
///                pong n         and the old address silent for half a second: moved
/// sealed         any datagram   opens under the keys of the session it names: it is heard, and ping n goes to the new address
///                pong n         moved
/// </code>
/// The id and the connect time are known to the two ends and to who listens between them. So one who cannot take packets off the wire
/// cannot move a player away: the player's own address keeps being heard.
/// </summary>
internal sealed class AddressClaims(ServerCore core, PeerTable peers, Secret secret, ServerCoreOptions options)
{
    private readonly Dictionary<PeerAddress, Peer> _byAddress = [];
    private readonly Dictionary<uint, Peer> _bySession = [];

    public int Count => _byAddress.Count;

    /// <summary>A peer's connection stands: if it is sealed, its datagrams are known wherever they come from.</summary>
    public void Add(Peer peer)
    {
        if (peer.Layer is { } layer)
        {
            _bySession[layer.Session] = peer;
            options.Routes?.Add(layer.Session, options.Shard);
        }
    }

    public void Remove(Peer peer)
    {
        if (peer.Claim is not null)
        {
            Forget(peer);
        }

        if (peer.Layer is { } layer && _bySession.TryGetValue(layer.Session, out Peer? known) && known == peer)
        {
            _bySession.Remove(layer.Session);
            options.Routes?.Remove(layer.Session, options.Shard);
        }
    }

    /// <summary>Whether a datagram names another sealed connection than its address would have it.</summary>
    public bool IsOfAnother(Peer peer, ReadOnlySpan<byte> datagram) =>
        _bySession.Count > 0 && SealedLayer.TryReadSession(datagram, out uint session) && session != peer.Layer?.Session && _bySession.ContainsKey(session);

    /// <summary>The 15 bytes of a client that was told it is not known. False if they name no connection.</summary>
    public bool TryBegin(in PeerAddress from, ReadOnlySpan<byte> claim, Dialect dialect, long now)
    {
        if (!options.AllowAddressChange || !AddressChange.TryRead(claim, out AddressChange named))
        {
            return false;
        }

        int slot = WireNumber.Slot(named.PeerId);
        Peer? peer = slot < peers.Slots.Length ? peers.Slots[slot] : null;
        if (peer?.Connection is not { State: ConnectionState.Connected } || peer.Layer is not null || peer.Dialect != dialect
            || named != new AddressChange(peer.ConnectTime, peer.ConnectionNumber, peer.WireId))
        {
            return false;
        }

        Begin(peer, in from, claim.Length, now);
        return true;
    }

    /// <summary>A datagram of a sealed connection from an address that is not the connection's. True if it names such a connection.</summary>
    public bool TryReceiveSealed(in PeerAddress from, ReadOnlySpan<byte> datagram, long now)
    {
        if (_bySession.Count == 0 || !SealedLayer.TryReadSession(datagram, out uint session) || !_bySession.TryGetValue(session, out Peer? peer))
        {
            return false;
        }

        int received = datagram.Length;
        if (!core.TryUnwrap(peer, ref datagram))
        {
            return true;
        }

        if (peer.Claim is { } claim && claim.Address == from)
        {
            ReceiveProof(peer, datagram, received, now);
        }
        else if (options.AllowAddressChange && peer.Layer!.LastIsNewest && peer.Connection!.State == ConnectionState.Connected)
        {
            Begin(peer, in from, received, now);
        }

        core.Touch(peer);
        peer.Connection!.Receive(datagram, now);
        return true;
    }

    /// <summary>Whether an address is proving itself in the clear; if so, the datagram was looked into.</summary>
    public bool TryReceiveProof(in PeerAddress from, ReadOnlySpan<byte> datagram, long now)
    {
        if (_byAddress.Count == 0 || !_byAddress.TryGetValue(from, out Peer? peer) || peer.Layer is not null)
        {
            return false;
        }

        ReceiveProof(peer, datagram, datagram.Length, now);
        core.Touch(peer);
        return true;
    }

    /// <summary>Lets time pass for a claim: pings again, gives it up, or moves the connection.</summary>
    public void Update(Peer peer, long now)
    {
        AddressClaim claim = peer.Claim!;
        Connection connection = peer.Connection!;
        if (connection.State != ConnectionState.Connected)
        {
            Forget(peer);
        }
        else if (claim.IsProven && (claim.IsSealed || now - connection.HeardAt >= Limits.AddressSilenceMicroseconds))
        {
            Forget(peer);
            options.Routes?.Remove(peer.Address, options.Shard);
            options.Routes?.Add(claim.Address, options.Shard);
            peers.Move(peer, claim.Address);
            connection.Moved(claim.Proof.LastPing, now);
            core.Counters.AddressChanges++;
        }
        else if (claim.Proof.IsOver(now))
        {
            Forget(peer);

            // The client may have heard those pings, and answers no earlier number.
            connection.GoOnFrom(claim.Proof.LastPing, now);
        }
        else if (!claim.IsProven && claim.Proof.IsSendDue(now))
        {
            SendPing(peer, now);
        }
    }

    private void Begin(Peer peer, in PeerAddress from, int receivedBytes, long now)
    {
        // One claim at a time: who claims first has two seconds to prove it.
        if (peer.Claim is not null || _byAddress.Count >= Limits.AddressChangesMax || !_byAddress.TryAdd(from, peer))
        {
            return;
        }

        int ahead = 1 + secret.NextBelow(Limits.FirstPingMax);
        int firstPing = (peer.Connection!.PingSequence + ahead) % Sequence.Count;
        var proof = new AddressProof((ushort)Math.Max(firstPing, 1), now) { BytesIn = receivedBytes };
        peer.Claim = new AddressClaim(from, proof, peer.Layer is not null);
        options.Routes?.Add(from, options.Shard);
        SendPing(peer, now);
        core.Touch(peer);
    }

    private void ReceiveProof(Peer peer, ReadOnlySpan<byte> datagram, int receivedBytes, long now)
    {
        AddressClaim claim = peer.Claim!;
        claim.Proof.BytesIn += receivedBytes;
        if (!claim.IsProven)
        {
            ProofOutcome outcome = claim.Proof.ReceivePong(datagram, peer.Dialect, peer.ConnectionNumber, now);
            claim.IsProven = outcome == ProofOutcome.Proven;
            if (outcome == ProofOutcome.Failed)
            {
                Forget(peer);
            }
        }
    }

    private void Forget(Peer peer)
    {
        _byAddress.Remove(peer.Claim!.Address);
        options.Routes?.Remove(peer.Claim.Address, options.Shard);
        peer.Claim = null;
    }

    private void SendPing(Peer peer, long now)
    {
        AddressClaim claim = peer.Claim!;
        ushort sequence = claim.Proof.NextPing(now);
        if (claim.Proof.TrySpend(Packet.PingBytes + peer.OverheadBytes))
        {
            Span<byte> ping = stackalloc byte[Packet.PingBytes];
            Packet.WritePing(ping, peer.Dialect, peer.ConnectionNumber, sequence);
            core.Transmit(peer, claim.Address, ping);
        }
    }
}
