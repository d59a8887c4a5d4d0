using System.Buffers.Binary;

namespace RealtimeServer.Transport;

/// <summary>
/// Messages from all threads to the network thread, copied one behind the other into a buffer that the network thread swaps for an empty
/// one: a lock is held for one copy, and nothing allocates once both buffers have grown.
/// </summary>
internal sealed class OutgoingQueue
{
    private const int HeaderBytes = 12;
    private readonly Lock _lock = new();
    private byte[] _filling = new byte[64 * 1024];
    private byte[] _draining = new byte[64 * 1024];
    private int _length;
    private int _count;

    public enum Kind : byte
    {
        Message,
        Disconnect,
    }

    public bool TryAdd(ConnectionId id, Kind kind, DeliveryMethod method, byte channel, ReadOnlySpan<byte> payload)
    {
        int bytes = HeaderBytes + payload.Length;
        using (_lock.EnterScope())
        {
            int messagesMax = kind == Kind.Disconnect ? Limits.OutgoingMessagesMax + Limits.OutgoingGoodbyesMax : Limits.OutgoingMessagesMax;
            if (_count >= messagesMax || (kind == Kind.Message && _length + bytes > Limits.OutgoingBytesMax))
            {
                return false;
            }

            if (_length + bytes > _filling.Length)
            {
                Array.Resize(ref _filling, Math.Max(_filling.Length * 2, _length + bytes));
            }

            Span<byte> entry = _filling.AsSpan(_length, bytes);
            BinaryPrimitives.WriteUInt32LittleEndian(entry, id.Value);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], payload.Length);
            entry[8] = (byte)kind;
            entry[9] = (byte)method;
            entry[10] = channel;
            payload.CopyTo(entry[HeaderBytes..]);
            _length += bytes;
            _count++;
            return true;
        }
    }

    /// <summary>Takes all that was added. For the network thread alone; the entries are valid until the next call.</summary>
    public Entries Drain()
    {
        using (_lock.EnterScope())
        {
            (_filling, _draining) = (_draining, _filling);
            int length = _length;
            _length = 0;
            _count = 0;
            return new Entries(_draining.AsSpan(0, length));
        }
    }

    public ref struct Entries(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public bool TryNext(out ConnectionId id, out Kind kind, out DeliveryMethod method, out byte channel, out ReadOnlySpan<byte> payload)
        {
            if (_rest.IsEmpty)
            {
                id = default;
                kind = default;
                method = default;
                channel = 0;
                payload = default;
                return false;
            }

            int length = BinaryPrimitives.ReadInt32LittleEndian(_rest[4..]);
            id = new ConnectionId(BinaryPrimitives.ReadUInt32LittleEndian(_rest));
            kind = (Kind)_rest[8];
            method = (DeliveryMethod)_rest[9];
            channel = _rest[10];
            payload = _rest.Slice(HeaderBytes, length);
            _rest = _rest[(HeaderBytes + length)..];
            return true;
        }
    }
}
