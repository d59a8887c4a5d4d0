using System.Buffers.Binary;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Channels;

/// <summary>
/// Packets of a reliable channel that have no sequence yet. A message that fits becomes one packet, or in 2.x joins the last one while there is
/// room; a larger one is cut. Cut messages are numbered across all channels of the connection.
/// </summary>
internal sealed class PacketQueue(byte id, Link link)
{
    private const int EntryHeaderBytes = 2;
    private readonly Queue<Entry> _entries = new();
    private Entry _last;

    /// <summary>Packets that wait.</summary>
    public int Count => _entries.Count + (_last.Buffer is null ? 0 : 1);

    public int Bytes { get; private set; }

    private ConnectionSettings Settings => link.Host.Settings;

    private int FragmentMax => link.PacketBytesMax - Packet.FragmentHeaderBytes;

    /// <summary>Whether a message of so many bytes may be added.</summary>
    /// <param name="windowBytes">What the channel holds besides.</param>
    public bool HasRoom(int bytes, int windowBytes)
    {
        int packets = PacketsOf(bytes);
        bytes += packets * Packet.FragmentHeaderBytes;
        return Bytes + windowBytes + bytes <= Settings.QueuedBytesMax && link.QueuedBytes + bytes <= 2L * Settings.QueuedBytesMax
            && Count + packets <= Settings.QueuedPacketsMax;
    }

    public SendOutcome Add(ReadOnlySpan<byte> payload, int windowBytes)
    {
        if (payload.Length > Settings.MessageBytesMax)
        {
            return SendOutcome.TooLarge;
        }

        if (!HasRoom(payload.Length, windowBytes))
        {
            return SendOutcome.QueueFull;
        }

        int packets = PacketsOf(payload.Length);
        if (packets > 1)
        {
            AddFragments(payload, FragmentMax, packets);
        }
        else if (!TryJoin(payload))
        {
            AddWhole(payload);
        }

        return SendOutcome.Sent;
    }

    /// <summary>Bytes of the packet that is next.</summary>
    public int PeekBytes() => (_entries.TryPeek(out Entry first) ? first : _last).Length;

    /// <summary>Takes the next packet and gives it its sequence; from then on it does not change.</summary>
    public Entry Take(ushort sequence)
    {
        if (!_entries.TryDequeue(out Entry entry))
        {
            entry = _last;
            _last = default;
        }

        CountBytes(-entry.Length);
        link.QueuedPackets--;
        if (entry.Messages == 1)
        {
            // Alone it needs no length of its own: the header moves up over it.
            entry = entry with { Start = EntryHeaderBytes, Length = entry.Length - EntryHeaderBytes };
        }

        PacketKind kind = entry.Messages > 1 ? PacketKind.ReliableMerged : PacketKind.Channeled;
        Span<byte> header = entry.Buffer.AsSpan(entry.Start);
        header[0] = (byte)(link.Header(kind) | (entry.Messages == 0 ? Packet.FragmentedBit : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(header[1..], sequence);
        header[3] = id;
        return entry;
    }

    public void Clear()
    {
        while (Count > 0)
        {
            link.Host.Pool.Return(Take(0).Buffer);
        }
    }

    private int PacketsOf(int bytes) => bytes + Packet.ChannelHeaderBytes <= link.PacketBytesMax ? 1 : (bytes + FragmentMax - 1) / FragmentMax;

    private void CountBytes(int bytes)
    {
        Bytes += bytes;
        link.QueuedBytes += bytes;
    }

    private void AddWhole(ReadOnlySpan<byte> payload)
    {
        int length = Packet.ChannelHeaderBytes + EntryHeaderBytes + payload.Length;
        byte[] buffer = link.Host.Pool.Rent(length);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(Packet.ChannelHeaderBytes), (ushort)payload.Length);
        payload.CopyTo(buffer.AsSpan(Packet.ChannelHeaderBytes + EntryHeaderBytes));
        Append(new Entry(buffer, 0, length, Messages: 1, CanJoin: link.Dialect == Dialect.V2 && !payload.IsEmpty));
    }

    /// <summary>An empty message never joins: a length of zero ends the reading of a merged packet.</summary>
    private bool TryJoin(ReadOnlySpan<byte> payload)
    {
        int length = _last.Length + EntryHeaderBytes + payload.Length;
        if (!_last.CanJoin || payload.IsEmpty || length > link.PacketBytesMax)
        {
            return false;
        }

        byte[] buffer = _last.Buffer;
        if (length > buffer.Length)
        {
            buffer = link.Host.Pool.Rent(length);
            _last.Buffer.AsSpan(0, _last.Length).CopyTo(buffer);
            link.Host.Pool.Return(_last.Buffer);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(_last.Length), (ushort)payload.Length);
        payload.CopyTo(buffer.AsSpan(_last.Length + EntryHeaderBytes));
        CountBytes(length - _last.Length);
        _last = _last with { Buffer = buffer, Length = length, Messages = _last.Messages + 1 };
        return true;
    }

    private void AddFragments(ReadOnlySpan<byte> payload, int fragmentMax, int parts)
    {
        ushort fragmentId = ++link.FragmentId;
        for (int part = 0; part < parts; part++)
        {
            ReadOnlySpan<byte> data = payload[(part * fragmentMax)..];
            data = data[..Math.Min(data.Length, fragmentMax)];
            byte[] buffer = link.Host.Pool.Rent(Packet.FragmentHeaderBytes + data.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(4), fragmentId);
            BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(6), (ushort)part);
            BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(8), (ushort)parts);
            data.CopyTo(buffer.AsSpan(Packet.FragmentHeaderBytes));
            Append(new Entry(buffer, 0, Packet.FragmentHeaderBytes + data.Length, Messages: 0, CanJoin: false));
        }
    }

    private void Append(Entry entry)
    {
        if (_last.Buffer is not null)
        {
            _entries.Enqueue(_last);
        }

        _last = entry;
        CountBytes(entry.Length);
        link.QueuedPackets++;
    }

    /// <summary>A packet in a rented buffer.</summary>
    /// <param name="Start">Where it begins in its buffer.</param>
    /// <param name="Messages">Whole messages in it; 0 for a fragment.</param>
    internal readonly record struct Entry(byte[] Buffer, int Start, int Length, int Messages, bool CanJoin)
    {
        public ReadOnlySpan<byte> Bytes => Buffer.AsSpan(Start, Length);
    }
}
