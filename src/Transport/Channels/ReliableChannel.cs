namespace RealtimeServer.Transport.Channels;

/// <summary>
/// A channel on which every packet arrives once; in order, if it is an ordered one. Up to 64 packets are under way; the receiver answers
/// with the start of its window and a bitmap of what it has (bit = sequence modulo 64).
/// <code>
/// packet  header | sequence u16 | channel id u8 | payload
/// merged  header | sequence u16 | channel id u8 | { length u16 | payload } …          2.x only
/// ack     header | window start u16 | channel id u8 | 9 bytes, the last unused
/// </code>
/// Each direction comes to be with its first packet.
/// </summary>
internal sealed class ReliableChannel(byte id, int priority, Link link) : Channel(id, priority)
{
    private ReliableSender? _sender;
    private ReliableReceiver? _receiver;

    public override int Pending => _sender?.Pending ?? 0;

    public override long Deadline => _sender?.Deadline ?? long.MaxValue;

    public override bool CanSend(int bytes, long now) => (_sender ??= new ReliableSender(Id, link)).CanSend(bytes);

    public override SendOutcome Send(ReadOnlySpan<byte> payload, long now) => (_sender ??= new ReliableSender(Id, link)).Send(payload);

    public override void Receive(ReadOnlySpan<byte> packet, IPacketReceiver receiver) =>
        (_receiver ??= new ReliableReceiver(Id, Method == DeliveryMethod.ReliableOrdered, link)).Receive(packet, receiver);

    public override void ReceiveAck(ReadOnlySpan<byte> ack, long now) => _sender?.ReceiveAck(ack, now);

    public override void FlushAck() => _receiver?.FlushAck();

    public override void Flush(long now) => _sender?.Flush(now);

    public override void RideAlong(long now)
    {
        _sender?.RideAlong(now);
        _receiver?.RideAlong();
    }

    public override void Clear()
    {
        _sender?.Clear();
        _receiver?.Clear();
    }
}
