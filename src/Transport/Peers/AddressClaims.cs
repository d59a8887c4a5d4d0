using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// Clients whose address changes under them, as behind a router that forgets them or on the way from one network to another:
/// <code>
/// client (new address)  data ->                  server does not know it: PeerNotFound
///                       id, connect time ->      of a connection: ping n to the new address
///                       pong n ->                and the old address silent for half a second: moved
/// </code>
/// The id and the connect time are known to the two ends and to who listens between them. So one who cannot take packets off the wire
/// cannot move a player away: the player's own address keeps being heard.
/// </summary>
internal sealed class AddressClaims(ServerCore core, PeerTable peers, Secret secret, ServerCoreOptions options)
{
    private readonly Dictionary<PeerAddress, Peer> _byAddress = [];

    public int Count => _byAddress.Count;

    /// <summary>The 15 bytes of a client that was told it is not known. False if they name no connection.</summary>
    public bool TryBegin(in PeerAddress from, ReadOnlySpan<byte> claim, Dialect dialect, long now)
    {
        if (!options.AllowAddressChange || !AddressChange.TryRead(claim, out AddressChange named))
        {
            return false;
        }

        int slot = WireNumber.Slot(named.PeerId);
        Peer? peer = slot < peers.Slots.Length ? peers.Slots[slot] : null;
        if (peer?.Connection is not { State: ConnectionState.Connected } connection || peer.Dialect != dialect
            || named != new AddressChange(peer.ConnectTime, peer.ConnectionNumber, peer.WireId))
        {
            return false;
        }

        // One claim at a time: who claims first has two seconds to prove it.
        if (peer.Claim is null && _byAddress.Count < Limits.AddressChangesMax)
        {
            int ahead = 1 + secret.NextBelow(Limits.FirstPingMax);
            int firstPing = (connection.PingSequence + ahead) % Sequence.Count;
            var proof = new AddressProof((ushort)Math.Max(firstPing, 1), now) { BytesIn = claim.Length };
            peer.Claim = new AddressClaim(from, proof);
            _byAddress.Add(peer.Claim.Address, peer);
            options.Routes?.Add(peer.Claim.Address, options.Shard);
            SendPing(peer, now);
            core.Touch(peer);
        }

        return true;
    }

    /// <summary>Whether an address is proving itself; if so, the datagram was looked into.</summary>
    public bool TryReceiveProof(in PeerAddress from, ReadOnlySpan<byte> datagram, long now)
    {
        if (_byAddress.Count == 0 || !_byAddress.TryGetValue(from, out Peer? peer))
        {
            return false;
        }

        AddressClaim claim = peer.Claim!;
        claim.Proof.BytesIn += datagram.Length;
        if (!claim.IsProven)
        {
            ProofOutcome outcome = claim.Proof.ReceivePong(datagram, peer.Dialect, peer.ConnectionNumber, now);
            claim.IsProven = outcome == ProofOutcome.Proven;
            if (outcome == ProofOutcome.Failed)
            {
                Forget(peer);
            }
        }

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
        else if (claim.IsProven && now - connection.HeardAt >= Limits.AddressSilenceMicroseconds)
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
        }
        else if (!claim.IsProven && claim.Proof.IsSendDue(now))
        {
            SendPing(peer, now);
        }
    }

    public void Forget(Peer peer)
    {
        _byAddress.Remove(peer.Claim!.Address);
        options.Routes?.Remove(peer.Claim.Address, options.Shard);
        peer.Claim = null;
    }

    private void SendPing(Peer peer, long now)
    {
        AddressClaim claim = peer.Claim!;
        ushort sequence = claim.Proof.NextPing(now);
        if (claim.Proof.TrySpend(Packet.PingBytes))
        {
            Span<byte> ping = stackalloc byte[Packet.PingBytes];
            Packet.WritePing(ping, peer.Dialect, peer.ConnectionNumber, sequence);
            core.Transmit(claim.Address, ping);
        }
    }
}
