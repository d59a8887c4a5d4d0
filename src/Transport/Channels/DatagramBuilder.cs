using System.Buffers.Binary;

namespace RealtimeServer.Transport.Channels;

/// <summary>
/// Gathers packets into as few datagrams as fit: <c>Merged header | u16 length, packet | …</c>; a lone packet goes bare.
/// </summary>
internal sealed class DatagramBuilder(IDatagramSink sink)
{
    private const int EntryHeaderBytes = 2;
    private readonly byte[] _buffer = new byte[1 + EntryHeaderBytes + Limits.DatagramBytesMax];
    private int _length = 1;
    private int _count;

    /// <summary>First byte of a merged datagram; set when dialect and connection number are known.</summary>
    public byte MergedHeader { get; set; }

    public void Add(ReadOnlySpan<byte> packet)
    {
        if (_count > 0 && _length + EntryHeaderBytes + packet.Length > Limits.DatagramBytesMax)
        {
            Flush();
        }

        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_length), (ushort)packet.Length);
        packet.CopyTo(_buffer.AsSpan(_length + EntryHeaderBytes));
        _length += EntryHeaderBytes + packet.Length;
        _count++;
    }

    public void Flush()
    {
        if (_count == 1)
        {
            sink.Transmit(_buffer.AsSpan(1 + EntryHeaderBytes, _length - 1 - EntryHeaderBytes));
        }
        else if (_count > 1)
        {
            _buffer[0] = MergedHeader;
            sink.Transmit(_buffer.AsSpan(0, _length));
        }

        _count = 0;
        _length = 1;
    }
}

/// <summary>Takes finished datagrams.</summary>
internal interface IDatagramSink
{
    void Transmit(ReadOnlySpan<byte> datagram);
}
