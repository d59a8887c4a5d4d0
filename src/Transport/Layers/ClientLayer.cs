using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Layers;

/// <summary>A client's packet layer: wraps what leaves, unwraps what comes, and knows what goes as it is.</summary>
internal sealed class ClientLayer : IDisposable
{
    private readonly PacketLayer _layer;
    private readonly Dialect _dialect;
    private readonly bool _isSealed;
    private readonly byte[] _sealed = new byte[Limits.ReceiveBytesMax];
    private readonly byte[] _opened = new byte[Limits.ReceiveBytesMax];
    private bool _hasOpened;

    public ClientLayer(PacketLayer layer, Dialect dialect)
    {
        _layer = layer;
        _dialect = dialect;
        _isSealed = layer is SealedLayer;
    }

    /// <summary>The bytes to send in place of a datagram; valid until the next call.</summary>
    public ReadOnlySpan<byte> Wrap(ReadOnlySpan<byte> datagram)
    {
        // The request carries the token that tells the server how to open all others.
        bool asItIs = _isSealed && Packet.Kind(_dialect, datagram[0]) == PacketKind.ConnectRequest;
        return asItIs ? datagram : _sealed.AsSpan(0, _layer.Seal(datagram, _sealed));
    }

    /// <summary>The datagram in what came, valid until the next call; empty if it is to be dropped.</summary>
    public ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> received)
    {
        if (received.Length > Limits.ReceiveBytesMax)
        {
            return default;
        }

        if (_layer.TryOpen(received, _opened, out int length))
        {
            _hasOpened = true;
            return _opened.AsSpan(0, length);
        }

        // A server that does not take the token has no keys to say so with; once it has, nothing else is believed.
        bool isRefusal = _isSealed && !_hasOpened && !received.IsEmpty && Packet.Kind(_dialect, received[0]) == PacketKind.Disconnect;
        return isRefusal ? received : default;
    }

    public void Dispose() => _layer.Dispose();
}
