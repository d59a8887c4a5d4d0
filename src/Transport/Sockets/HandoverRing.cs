using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealtimeServer.Transport.Sockets;

/// <summary>What another thread wants of the network thread.</summary>
internal enum HandoverKind : byte
{
    Message,
    Disconnect,

    /// <summary>A datagram that arrived at another shard's socket.</summary>
    Datagram,
}

/// <summary>What is handed over, besides its payload.</summary>
/// <param name="Target">The connection; of a datagram, nothing.</param>
internal readonly record struct Handover(HandoverKind Kind, ulong Target, DeliveryMethod Method = default, byte Channel = 0);

/// <summary>
/// Messages from any thread to the network thread, copied into a ring of bytes. Nobody ever waits for anybody: a writer claims its place by one
/// compare-and-swap and says with the length, written last, that its record is whole. What one thread hands over stays in order.
/// <code>
/// record   length i32 (0: not there yet, negative: skip so many) | kind u8 | method u8 | channel u8 | 0 | target u64 | payload, padded to 8
/// </code>
/// </summary>
internal sealed class HandoverRing
{
    private const int HeaderBytes = 16;
    private readonly byte[] _ring;
    private readonly long _mask;
    private readonly int _reservedBytes;
    private Positions _at;

    /// <param name="capacityBytes">A power of two.</param>
    /// <param name="reservedBytes">Kept free of messages, for goodbyes: a full ring must not keep a connection alive.</param>
    public HandoverRing(int capacityBytes, int reservedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(BitOperations.IsPow2(capacityBytes), true);
        _ring = new byte[capacityBytes];
        _mask = capacityBytes - 1;
        _reservedBytes = reservedBytes;
    }

    /// <summary>True if nothing waits; another thread may change that at once.</summary>
    public bool IsEmpty => Volatile.Read(ref _at.Tail) == Volatile.Read(ref _at.Head);

    /// <summary>Hands a message over. False if there is no room: nothing was taken.</summary>
    public bool TryAdd(in Handover handover, ReadOnlySpan<byte> payload)
    {
        int length = HeaderBytes + payload.Length;
        int claimed = (length + 7) & ~7;
        int free = handover.Kind == HandoverKind.Disconnect ? 0 : _reservedBytes;
        long tail;
        int skipped;
        do
        {
            // The head first: read late it could have passed the tail that was read before, and look like room.
            long head = Volatile.Read(ref _at.Head);
            tail = Volatile.Read(ref _at.Tail);
            int toEnd = (int)(_ring.Length - (tail & _mask));
            skipped = claimed > toEnd ? toEnd : 0;
            if (tail - head + skipped + claimed + free > _ring.Length)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _at.Tail, tail + skipped + claimed, tail) != tail);

        int at = (int)(tail & _mask);
        if (skipped > 0)
        {
            Volatile.Write(ref LengthAt(at), -skipped);
            at = 0;
        }

        _ring[at + 4] = (byte)handover.Kind;
        _ring[at + 5] = (byte)handover.Method;
        _ring[at + 6] = handover.Channel;
        MemoryMarshal.Write(_ring.AsSpan(at + 8), handover.Target);
        payload.CopyTo(_ring.AsSpan(at + HeaderBytes));
        Volatile.Write(ref LengthAt(at), length);
        return true;
    }

    /// <summary>Looks at the oldest record that is whole; it stays until <see cref="Release"/>. For the network thread alone.</summary>
    public bool TryPeek(out Handover handover, out ReadOnlySpan<byte> payload)
    {
        while (true)
        {
            int at = (int)(_at.Head & _mask);
            int length = Volatile.Read(ref LengthAt(at));
            if (length > 0)
            {
                handover = new Handover(
                    (HandoverKind)_ring[at + 4], MemoryMarshal.Read<ulong>(_ring.AsSpan(at + 8)), (DeliveryMethod)_ring[at + 5], _ring[at + 6]);
                payload = _ring.AsSpan(at + HeaderBytes, length - HeaderBytes);
                return true;
            }

            if (length == 0)
            {
                handover = default;
                payload = default;
                return false;
            }

            Pass(at, -length);
        }
    }

    /// <summary>Gives up the record last looked at.</summary>
    public void Release()
    {
        int at = (int)(_at.Head & _mask);
        Pass(at, (LengthAt(at) + 7) & ~7);
    }

    // Zeroed before it is given free: a length of 0 says that a claimed record is not whole yet.
    private void Pass(int at, int bytes)
    {
        _ring.AsSpan(at, bytes).Clear();
        Volatile.Write(ref _at.Head, _at.Head + bytes);
    }

    private ref int LengthAt(int at) => ref Unsafe.As<byte, int>(ref _ring[at]);

    /// <summary>On cache lines of their own: writers share one, the reader has the other.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Positions
    {
        [FieldOffset(64)]
        public long Tail;

        [FieldOffset(128)]
        public long Head;
    }
}
