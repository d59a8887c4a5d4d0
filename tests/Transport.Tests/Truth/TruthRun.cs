using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Truth;

/// <summary>What a run was: how much of it, and in words what was wrong, or null.</summary>
/// <param name="Corrupted">Datagrams the network changed.</param>
/// <param name="Refused">Datagrams found to be changed.</param>
internal readonly record struct TruthOutcome(string? Failure, long Sent, long Received, long Corrupted, long Refused, double VirtualSeconds);

/// <summary>Two connections with layers and a network between them, in virtual time that jumps to where something happens next.</summary>
internal sealed class TruthRun
{
    private const long StalledMicroseconds = 120_000_000;
    private readonly TruthCase _case;
    private readonly SimulatedLink _link;
    private readonly End _client;
    private readonly End _server;
    private readonly byte[] _packet = new byte[2_048];
    private readonly byte[] _sealed = new byte[2_048];
    private readonly byte[] _opened = new byte[2_048];
    private long _now = 1_000_000;
    private long _refused;

    private TruthRun(TruthCase truth)
    {
        _case = truth;
        _link = new SimulatedLink(truth.Network, truth.Seed);
        var clientToServer = new TruthStream(truth);
        var serverToClient = new TruthStream(truth);
        _client = new End(this, clientToServer, serverToClient, _link.Up);
        _server = new End(this, serverToClient, clientToServer, _link.Down);
        Connect(truth);
    }

    public static TruthOutcome Run(TruthCase truth)
    {
        var run = new TruthRun(truth);
        string? failure = run.Run();
        return new TruthOutcome(
            failure, run._client.Sending.Sent + run._server.Sending.Sent, run._client.Receiving.Received + run._server.Receiving.Received,
            run._link.Up.Counts.Corrupted + run._link.Down.Counts.Corrupted, run._refused, run._now / 1e6);
    }

    private string? Run()
    {
        long progressAt = _now;
        long progress = 0;
        long lastEnd = long.MaxValue;
        while (_now < lastEnd)
        {
            Step();
            if (_client.Receiving.Failure is { } atClient)
            {
                return $"at the client: {atClient}";
            }

            if (_server.Receiving.Failure is { } atServer)
            {
                return $"at the server: {atServer}";
            }

            if (_client.Ended is not null || _server.Ended is not null)
            {
                return EndedInVain();
            }

            long moved = _client.Sending.Sent + _server.Sending.Sent + _client.Receiving.Received + _server.Receiving.Received;
            progressAt = moved > progress ? _now : progressAt;
            progress = moved;
            bool isDone = _client.Sending.IsDone && _server.Sending.IsDone;
            if (!isDone && _now - progressAt > StalledMicroseconds)
            {
                return $"nothing moved for {StalledMicroseconds / 1_000_000} s";
            }

            // What is late or doubled has its chance to do harm after all is done.
            lastEnd = isDone && lastEnd == long.MaxValue ? _now + 2_000_000 : lastEnd;
        }

        return null;
    }

    // Five seconds in which every datagram was lost are no lie of the connection; then what came until then counts.
    private string? EndedInVain()
    {
        (DisconnectReason? reason, long heardAt) = _client.Ended is not null ? (_client.Ended, _client.HeardAt) : (_server.Ended, _server.HeardAt);
        return reason == DisconnectReason.Timeout && _now - heardAt >= Limits.TimeoutMicroseconds ? null : $"the connection ended: {reason}";
    }

    private void Step()
    {
        long next = Math.Min(Math.Min(_link.Up.NextAt, _link.Down.NextAt), Math.Min(_client.Connection.NextDeadline, _server.Connection.NextDeadline));
        bool isSending = _client.Sending.Sent < _case.Count || _server.Sending.Sent < _case.Count;
        long step = _case.StepMicroseconds;
        _now = isSending ? _now + step : Math.Max(_now + step, (next + step - 1) / step * step);
        while (_link.Up.TryReceive(_now, _packet, out int length))
        {
            Arrive(_server, _packet.AsSpan(0, length));
        }

        while (_link.Down.TryReceive(_now, _packet, out int length))
        {
            Arrive(_client, _packet.AsSpan(0, length));
        }

        _client.Sending.SendSome(_client.Connection);
        _server.Sending.SendSome(_server.Connection);
        _client.Connection.Update(_now);
        _server.Connection.Update(_now);
    }

    private void Arrive(End end, ReadOnlySpan<byte> packet)
    {
        ReadOnlySpan<byte> datagram = packet;
        if (end.Layer is null)
        {
            if (_case.Guard != Guard.None && !UdpHeader.IsIntact(packet))
            {
                _refused++;
                return;
            }

            datagram = packet[Math.Min(UdpHeader.Bytes, packet.Length)..];
        }
        else if (!end.Layer.TryOpen(packet, _opened, out int length))
        {
            _refused++;
            return;
        }
        else
        {
            datagram = _opened.AsSpan(0, length);
        }

        end.HeardAt = _now;
        end.Connection.Receive(datagram, _now);
    }

    private void Connect(TruthCase truth)
    {
        int overhead = (_client.Layer = Layer(truth.Guard, isClient: true))?.OverheadBytes ?? 0;
        _server.Layer = Layer(truth.Guard, isClient: false);
        var settings = new ConnectionSettings { OverheadBytes = overhead, DiscoversMtu = truth.DiscoversMtu };
        _client.Connection = Connection.ToServer(_client, ConnectionHost.Of(settings, 0), truth.Dialect, new byte[16], [], _now);
        ConnectRequest.TryRead(_client.FirstDatagram, out ConnectRequest request);
        byte[] accept = new byte[Packet.AcceptBytes];
        ConnectAccept.Write(accept, truth.Dialect, request.ConnectTime, 3, 7);
        _client.Connection.Receive(accept, _now);
        _server.Connection = Connection.ToClient(_server, ConnectionHost.Of(settings, 0), new Handshake(truth.Dialect, request.ConnectTime, 3), _now);
    }

    private static PacketLayer? Layer(Guard guard, bool isClient) => guard switch
    {
        Guard.Crc32c => new Crc32cLayer(),
        Guard.Sealed => new SealedLayer(new SealKeys(SealCipher.Aes256Gcm, 7, new byte[SealKeys.KeyBytes], new byte[SealKeys.KeyBytes]), 0, isClient),
        _ => null,
    };

    private sealed class End(TruthRun run, TruthStream sending, TruthStream receiving, SimulatedNetwork network) : IConnectionEvents
    {
        public TruthStream Sending => sending;

        public TruthStream Receiving => receiving;

        public Connection Connection { get; set; } = null!;

        public PacketLayer? Layer { get; set; }

        /// <summary>The connect request, which is handed over by hand.</summary>
        public byte[] FirstDatagram { get; private set; } = [];

        public DisconnectReason? Ended { get; private set; }

        public long HeardAt { get; set; } = run._now;

        public void Transmit(ReadOnlySpan<byte> datagram)
        {
            if (Connection is null && FirstDatagram.Length == 0)
            {
                FirstDatagram = datagram.ToArray();
                return;
            }

            int length = Layer is null ? UdpHeader.Write(datagram, run._sealed) : Layer.Seal(datagram, run._sealed);
            network.Send(run._sealed.AsSpan(0, length), run._now);
        }

        public void Connected()
        {
            // The stream begins by itself.
        }

        public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => receiving.Receive(payload, method, channel);

        public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) => Ended = reason;
    }
}
