using System.Buffers.Binary;
using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Tokens;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// From a connect request to a proven address. Nothing is kept of a request before its data is admitted; then a half-open peer is kept
/// for two seconds, for six if its client is heard, and the application hears of it when its address is proven:
/// <code>
/// request  -> budget -> Admit (by its data alone) -> accept and ping -> pong -> connection
///                           '-> one answer, not larger than the request, or none
/// </code>
/// A request from a player's address is a handshake beside the connection, which it replaces when the address answers under the new
/// number: who only forges the address never sees what to answer, and the player's own client drops packets of another number.
/// What a client sends before its pong is dropped unacknowledged, so reliable messages come again; the pong's own datagram is heard whole.
/// </summary>
internal sealed class Handshakes
{
    private static readonly byte[] ServerFull = ConnectData.FromString("the server is full");
    private readonly ServerCore _core;
    private readonly ServerCoreOptions _options;
    private readonly PeerTable _peers;
    private readonly Secret _secret;
    private readonly OpeningBudget _openings;
    private TokenBucket _answers = new(Limits.RefusalAnswersPerSecondMax, Limits.RefusalAnswersPerSecondMax);

    public Handshakes(ServerCore core, ServerCoreOptions options, PeerTable peers, Secret secret)
    {
        _core = core;
        _options = options;
        _peers = peers;
        _secret = secret;
        _openings = new OpeningBudget(secret);
    }

    /// <param name="first">The first peer of the address, if there is one.</param>
    public void ReceiveRequest(in PeerAddress from, in ConnectRequest request, int requestBytes, Peer? first, long now)
    {
        int taken = 0;
        int handshakes = 0;
        for (Peer? peer = first; peer is not null; peer = peer.NextAtAddress)
        {
            if (peer.ConnectTime == request.ConnectTime && peer.Dialect == request.Dialect)
            {
                Repeat(peer, requestBytes, now);
                return;
            }

            taken |= 1 << peer.ConnectionNumber;
            handshakes += peer.Connection is null ? 1 : 0;
        }

        if (handshakes >= Limits.HandshakesPerAddressMax || !_openings.TryTake(from, now))
        {
            _core.Counters.Throttled++;
            return;
        }

        Admission admission = Admit(in request, from, out SealKeys? keys);
        if (admission.Kind == AdmissionKind.Accept && !_peers.IsFull)
        {
            Peer peer = Begin(from, in request, (admission.State!, FreeNumber(taken), keys), now);
            Repeat(peer, requestBytes, now);
            return;
        }

        if (admission.Kind != AdmissionKind.Accept)
        {
            _core.Counters.Rejected++;
            _openings.CountRefusal(from, now);
        }

        // Who plays from this address is not told of what somebody else asks in its name.
        if (admission.Kind != AdmissionKind.Ignore && first is null && _answers.TryTake(now))
        {
            Reject(from, in request, admission.Kind == AdmissionKind.Accept ? ServerFull : admission.Data.Span, requestBytes);
        }
    }

    /// <summary>A request of another protocol, as of versions before 1.0.</summary>
    public void RefuseProtocol(in PeerAddress from, Dialect dialect, long now)
    {
        if (_answers.TryTake(now))
        {
            _core.Transmit(from, [Packet.Header(dialect, PacketKind.InvalidProtocol, 0)]);
        }
    }

    /// <summary>A datagram for a half-open peer, its layer taken off.</summary>
    /// <param name="receivedBytes">What came over the network.</param>
    public void Receive(Peer peer, ReadOnlySpan<byte> datagram, int receivedBytes, long now)
    {
        AddressProof proof = peer.Proof!;
        proof.BytesIn += receivedBytes;
        if (IsGoodbye(peer, datagram))
        {
            peer.Transmit([Packet.Header(peer.Dialect, PacketKind.ShutdownOk, peer.ConnectionNumber)]);
            _core.Remove(peer);
            return;
        }

        ProofOutcome outcome;
        if (proof.AwaitsCookie)
        {
            Span<byte> cookie = stackalloc byte[Secret.SealBytes];
            WriteCookie(peer, cookie);
            outcome = proof.ReceiveCookie(datagram, peer.Dialect, peer.ConnectionNumber, cookie);
        }
        else
        {
            outcome = proof.ReceivePong(datagram, peer.Dialect, peer.ConnectionNumber, now);
            if (outcome == ProofOutcome.Proven && _options.DemandCookie)
            {
                proof.AwaitCookie(now);
                SendCookie(peer, now);
                return;
            }
        }

        if (outcome == ProofOutcome.Failed)
        {
            Drop(peer);
        }
        else if (outcome == ProofOutcome.Proven)
        {
            Complete(peer, now);
            peer.Connection!.Receive(datagram, now);
        }
        else if (proof.IsPingAgainDue(now))
        {
            // It talks, so it has the accept, but all pings came before that or were lost.
            proof.Prolong(now);
            SendPing(peer, now);
        }
    }

    /// <summary>Repeats what a half-open peer may not have got, and forgets who proved nothing.</summary>
    public void Update(Peer peer, long now)
    {
        AddressProof proof = peer.Proof!;
        if (proof.IsOver(now))
        {
            Drop(peer);
        }
        else if (proof.IsSendDue(now) && proof.AwaitsCookie)
        {
            SendCookie(peer, now);
        }
        else if (proof.IsSendDue(now))
        {
            SendPing(peer, now);
        }
    }

    /// <summary>Tells a half-open peer that nothing will come of it, within what it sent, and forgets it.</summary>
    public void Refuse(Peer peer, ReadOnlySpan<byte> reason)
    {
        Span<byte> packet = stackalloc byte[Packet.DisconnectHeaderBytes + Limits.ConnectDataBytesMax];
        int length = WriteDisconnect(packet, Packet.Header(peer.Dialect, PacketKind.Disconnect, peer.ConnectionNumber), peer.ConnectTime, reason);
        if (peer.Proof!.TrySpend(length))
        {
            _core.Transmit(peer.Address, packet[..length]);
        }
        else if (peer.Proof.TrySpend(Packet.DisconnectHeaderBytes))
        {
            _core.Transmit(peer.Address, packet[..Packet.DisconnectHeaderBytes]);
        }

        _core.Remove(peer);
    }

    private static bool IsGoodbye(Peer peer, ReadOnlySpan<byte> datagram) =>
        datagram.Length >= Packet.DisconnectHeaderBytes && Packet.Kind(peer.Dialect, datagram[0]) == PacketKind.Disconnect
        && BinaryPrimitives.ReadInt64LittleEndian(datagram[1..]) == peer.ConnectTime;

    /// <summary>Decides by the request's data alone; nothing was allocated for it if the answer is no.</summary>
    private Admission Admit(in ConnectRequest request, in PeerAddress from, out SealKeys? keys)
    {
        keys = null;
        if (_options.Tokens is not { } gate)
        {
            return _core.Application.Admit(request.Data, in from);
        }

        TokenOutcome outcome = gate.TryOpen(request.Data, in from, request.ConnectTime, out TokenGrant? grant);
        if (outcome == TokenOutcome.Malformed)
        {
            return _core.Application.Admit(request.Data, in from);
        }

        if (grant is null)
        {
            return Admission.Reject(TokenRefusals.Of(outcome));
        }

        keys = grant.Seal;
        return keys is not null && !SealKey.IsSupported(keys.Cipher) ? Admission.Reject(TokenRefusals.NoCipher) : _core.Application.Admit(grant, in from);
    }

    private Peer Begin(in PeerAddress from, in ConnectRequest request, (object State, int ConnectionNumber, SealKeys? Keys) admitted, long now)
    {
        ConnectionId id = _peers.TakeId();
        var peer = new Peer(_core, id, from)
        {
            Dialect = request.Dialect,
            ConnectTime = request.ConnectTime,
            ConnectionNumber = admitted.ConnectionNumber,
            WireId = WireNumber.Of(id, _secret.NextBelow(WireNumber.NoiseMax), request.IsPatient),
            State = admitted.State,
            Layer = admitted.Keys is null ? null : new SealedLayer(admitted.Keys, request.ConnectTime, isClient: false),
            Proof = new AddressProof((ushort)(1 + _secret.NextBelow(Limits.FirstPingMax)), now),
        };
        _peers.Add(peer);
        _core.Touch(peer);
        return peer;
    }

    /// <summary>Says again what the client asks again; to a half-open peer within what it sent.</summary>
    private void Repeat(Peer peer, int requestBytes, long now)
    {
        if (peer.Proof is { } proof)
        {
            proof.BytesIn += requestBytes;
            proof.Prolong(now);
            if (!proof.AwaitsCookie && proof.TrySpend(Packet.AcceptBytes + peer.OverheadBytes))
            {
                SendAccept(peer);
                SendPing(peer, now);
            }
        }
        else if (peer.Connection!.State == ConnectionState.Connected)
        {
            SendAccept(peer);
        }
    }

    private void SendAccept(Peer peer)
    {
        Span<byte> accept = stackalloc byte[Packet.AcceptBytes];
        ConnectAccept.Write(accept, peer.Dialect, peer.ConnectTime, peer.ConnectionNumber, peer.WireId);
        peer.Transmit(accept);
    }

    private void SendPing(Peer peer, long now)
    {
        ushort sequence = peer.Proof!.NextPing(now);
        if (peer.Proof.TrySpend(Packet.PingBytes + peer.OverheadBytes))
        {
            Span<byte> ping = stackalloc byte[Packet.PingBytes];
            Packet.WritePing(ping, peer.Dialect, peer.ConnectionNumber, sequence);
            peer.Transmit(ping);
        }
    }

    private void SendCookie(Peer peer, long now)
    {
        Span<byte> cookie = stackalloc byte[Secret.SealBytes];
        WriteCookie(peer, cookie);
        Span<byte> check = stackalloc byte[MtuProbe.BytesMin];
        MtuProbe.Write(check, peer.Dialect, peer.ConnectionNumber, cookie);
        peer.Proof!.CountCookie(now);
        peer.Transmit(check);
    }

    /// <summary>The mark of this handshake of this address.</summary>
    private void WriteCookie(Peer peer, Span<byte> cookie)
    {
        PeerAddress key = peer.Address;
        ReadOnlySpan<byte> address = key.Bytes;
        Span<byte> marked = stackalloc byte[address.Length + 12];
        address.CopyTo(marked);
        BinaryPrimitives.WriteInt64LittleEndian(marked[address.Length..], peer.ConnectTime);
        BinaryPrimitives.WriteInt32LittleEndian(marked[(address.Length + 8)..], peer.WireId);
        _secret.Seal(marked, cookie);
    }

    /// <summary>The address is proven: the connection stands, in place of all others of the address.</summary>
    private void Complete(Peer peer, long now)
    {
        for (Peer? other = FirstOther(peer); other is not null; other = FirstOther(peer))
        {
            other.Connection?.Abandon(DisconnectReason.Reconnected);
            _core.Remove(other);
        }

        AddressProof proof = peer.Proof!;
        peer.Proof = null;
        var handshake = new Handshake(peer.Dialect, peer.ConnectTime, peer.ConnectionNumber, proof.LastPing, proof.RttMicroseconds)
        {
            OverheadBytes = peer.OverheadBytes,
            IsPatient = WireNumber.IsPatient(peer.WireId),
        };
        _core.Open(peer, in handshake, now);
    }

    private Peer? FirstOther(Peer peer)
    {
        _peers.TryFind(peer.Address, out Peer? first);
        return first == peer ? peer.NextAtAddress : first;
    }

    private void Drop(Peer peer)
    {
        _core.Counters.Unproven++;
        _core.Remove(peer);
    }

    private int FreeNumber(int taken)
    {
        int number = _secret.NextBelow(4);
        while ((taken & (1 << number)) != 0)
        {
            number = (number + 1) & 3;
        }

        return number;
    }

    private void Reject(in PeerAddress to, in ConnectRequest request, ReadOnlySpan<byte> reason, int requestBytes)
    {
        Span<byte> answer = stackalloc byte[Math.Min(requestBytes, Limits.DatagramBytesMax)];
        byte header = Packet.Header(request.Dialect, PacketKind.Disconnect, request.ConnectionNumber);
        _core.Transmit(to, answer[..WriteDisconnect(answer, header, request.ConnectTime, reason)]);
    }

    /// <returns>Bytes written. A reason that does not fit is left out: a cut string would be unreadable, as its count says more than follows.</returns>
    private static int WriteDisconnect(Span<byte> packet, byte header, long connectTime, ReadOnlySpan<byte> reason)
    {
        reason = Packet.DisconnectHeaderBytes + reason.Length <= packet.Length ? reason : [];
        packet[0] = header;
        BinaryPrimitives.WriteInt64LittleEndian(packet[1..], connectTime);
        reason.CopyTo(packet[Packet.DisconnectHeaderBytes..]);
        return Packet.DisconnectHeaderBytes + reason.Length;
    }
}
