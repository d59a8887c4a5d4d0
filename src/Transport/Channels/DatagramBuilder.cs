using System.Buffers.Binary;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Channels;

/// <summary>
/// Gathers packets into as few datagrams as fit: <c>Merged header | u16 length, packet | …</c>; a lone packet goes bare. Holds a buffer only
/// while it holds a packet.
/// </summary>
internal sealed class DatagramBuilder(Link link, BufferPool pool)
{
    private const int EntryHeaderBytes = 2;

    /// <summary>A packet that leaves less room than the smallest entry would go alone in any case, and goes without being copied.</summary>
    private const int WorthMergingBytes = 20;

    private byte[]? _buffer;
    private int _length = 1;
    private int _count;

    /// <summary>Bytes of a datagram at most.</summary>
    public int BytesMax { get; set; } = Limits.DatagramBytesMin;

    /// <summary>Bytes that wait for more.</summary>
    public int Bytes => _count == 0 ? 0 : _length;

    public void Add(ReadOnlySpan<byte> packet)
    {
        if (_count > 0 && _length + EntryHeaderBytes + packet.Length > BytesMax)
        {
            Flush();
        }

        if (_count == 0 && packet.Length + EntryHeaderBytes + 1 + WorthMergingBytes > BytesMax)
        {
            Transmit(packet);
            return;
        }

        _buffer ??= pool.Rent(BufferPool.LargeBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_length), (ushort)packet.Length);
        packet.CopyTo(_buffer.AsSpan(_length + EntryHeaderBytes));
        _length += EntryHeaderBytes + packet.Length;
        _count++;
    }

    public void Flush()
    {
        if (_count == 0)
        {
            return;
        }

        // Taken out first: whoever transmits may come back with more.
        byte[] buffer = _buffer!;
        int length = _length;
        int count = _count;
        Clear();
        if (count == 1)
        {
            Transmit(buffer.AsSpan(1 + EntryHeaderBytes, length - 1 - EntryHeaderBytes));
        }
        else
        {
            buffer[0] = link.Header(PacketKind.Merged);
            Transmit(buffer.AsSpan(0, length));
        }

        pool.Return(buffer);
    }

    /// <summary>Forgets what waits.</summary>
    public void Drop()
    {
        if (_buffer is { } buffer)
        {
            Clear();
            pool.Return(buffer);
        }
    }

    private void Transmit(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length > Limits.DatagramBytesMin)
        {
            link.Mtu.UseLarge(link.Now);
        }

        link.Transmit(datagram);
    }

    private void Clear()
    {
        _buffer = null;
        _count = 0;
        _length = 1;
    }
}

/// <summary>Takes finished datagrams.</summary>
internal interface IDatagramSink
{
    void Transmit(ReadOnlySpan<byte> datagram);
}
