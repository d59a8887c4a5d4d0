using System.Buffers.Binary;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Channels;

/// <summary>
/// Puts messages together from fragments: <c>channel header | fragment id u16 | part u16 | total u16 | data</c>. Memory follows what
/// arrived, never what a header claims.
/// </summary>
internal sealed class FragmentAssembler
{
    private readonly Dictionary<uint, Group> _groups = [];
    private int _bytesHeld;

    /// <summary>Takes a fragment.</summary>
    /// <param name="message">The whole message, if this fragment completed it.</param>
    /// <returns>False if no honest peer sends this.</returns>
    public bool TryAdd(ReadOnlySpan<byte> packet, byte channelId, out byte[]? message)
    {
        message = null;
        ushort id = BinaryPrimitives.ReadUInt16LittleEndian(packet[4..]);
        ushort part = BinaryPrimitives.ReadUInt16LittleEndian(packet[6..]);
        ushort total = BinaryPrimitives.ReadUInt16LittleEndian(packet[8..]);
        ReadOnlySpan<byte> data = packet[Packet.FragmentHeaderBytes..];
        uint key = ((uint)channelId << 16) | id;
        bool known = _groups.TryGetValue(key, out Group? group);
        if (part >= total || total > Limits.FragmentsMax || data.IsEmpty || _bytesHeld + data.Length > Limits.FragmentBytesHeldMax
            || (known ? group!.Parts.Length != total || group.Parts[part] is not null : _groups.Count == Limits.FragmentGroupsMax))
        {
            return false;
        }

        if (!known)
        {
            group = new Group(new byte[total][]);
            _groups.Add(key, group);
        }

        group!.Parts[part] = data.ToArray();
        group.Bytes += data.Length;
        _bytesHeld += data.Length;
        if (group.Bytes > Limits.MessageBytesMax)
        {
            return false;
        }

        if (++group.Here == total)
        {
            _groups.Remove(key);
            _bytesHeld -= group.Bytes;
            message = group.Join();
        }

        return true;
    }

    public void Clear()
    {
        _groups.Clear();
        _bytesHeld = 0;
    }

    private sealed class Group(byte[]?[] parts)
    {
        public byte[]?[] Parts { get; } = parts;

        public int Here { get; set; }

        public int Bytes { get; set; }

        public byte[] Join()
        {
            byte[] message = GC.AllocateUninitializedArray<byte>(Bytes);
            int at = 0;
            foreach (byte[]? part in Parts)
            {
                part!.CopyTo(message, at);
                at += part!.Length;
            }

            return message;
        }
    }
}
