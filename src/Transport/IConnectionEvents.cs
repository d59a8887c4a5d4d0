using RealtimeServer.Transport.Channels;

namespace RealtimeServer.Transport;

/// <summary>What comes out of a <see cref="Connection"/>: datagrams for the other side, and events for this one.</summary>
internal interface IConnectionEvents : IDatagramSink
{
    void Connected();

    void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel);

    void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data);
}
