using System.Buffers.Binary;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Channels;

/// <summary>
/// Puts messages together from fragments: <c>channel header | fragment id u16 | part u16 | total u16 | data</c>. Memory follows what
/// arrived, never what a header claims, and is reused.
/// </summary>
internal sealed class FragmentAssembler(ConnectionHost host)
{
    private const int GroupsKeptMax = 4;
    private readonly Dictionary<uint, Group> _groups = [];
    private readonly Stack<Group> _free = new();
    private long _bytesHeld;
    private int _fragmentsHeld;

    /// <summary>Takes a fragment.</summary>
    /// <param name="message">The whole message, if this fragment completed it: give it back with <see cref="Return"/>.</param>
    /// <returns>False if no honest peer sends this.</returns>
    public bool TryAdd(ReadOnlySpan<byte> packet, byte channelId, out ArraySegment<byte> message)
    {
        message = default;
        ushort id = BinaryPrimitives.ReadUInt16LittleEndian(packet[4..]);
        ushort part = BinaryPrimitives.ReadUInt16LittleEndian(packet[6..]);
        ushort total = BinaryPrimitives.ReadUInt16LittleEndian(packet[8..]);
        ReadOnlySpan<byte> data = packet[Packet.FragmentHeaderBytes..];
        uint key = ((uint)channelId << 16) | id;
        bool known = _groups.TryGetValue(key, out Group? group);
        if (part >= total || total > host.Settings.FragmentsMax || data.IsEmpty
            || _bytesHeld + data.Length > 2L * host.Settings.MessageBytesMax || _fragmentsHeld >= 2 * host.Settings.FragmentsMax
            || (known ? group!.Total != total || group.Has(part) : _groups.Count == Limits.FragmentGroupsMax))
        {
            return false;
        }

        if (!known)
        {
            group = _free.TryPop(out Group? free) ? free : new Group();
            group.Total = total;
            _groups.Add(key, group);
        }

        byte[] buffer = host.Pool.Rent(data.Length);
        data.CopyTo(buffer);
        group!.Put(part, buffer, data.Length);
        _bytesHeld += data.Length;
        _fragmentsHeld++;
        if (group.Bytes > host.Settings.MessageBytesMax)
        {
            return false;
        }

        if (group.Here == total)
        {
            byte[] whole = host.Pool.RentMessage(group.Bytes);
            message = new ArraySegment<byte>(whole, 0, group.Bytes);
            group.Join(whole);
            _groups.Remove(key);
            Release(group);
        }

        return true;
    }

    /// <summary>Takes a message's buffer back.</summary>
    public void Return(ArraySegment<byte> message) => host.Pool.ReturnMessage(message.Array!);

    public void Clear()
    {
        foreach (Group group in _groups.Values)
        {
            Release(group);
        }

        _groups.Clear();
        _free.Clear();
    }

    private void Release(Group group)
    {
        _bytesHeld -= group.Bytes;
        _fragmentsHeld -= group.Here;
        group.Clear(host.Pool);
        if (_free.Count < GroupsKeptMax)
        {
            _free.Push(group);
        }
    }

    /// <summary>The parts of one message that are here.</summary>
    private sealed class Group
    {
        private (byte[]? Buffer, int Length)[] _parts = [];

        public int Total { get; set; }

        public int Here { get; private set; }

        public int Bytes { get; private set; }

        public bool Has(int part) => part < _parts.Length && _parts[part].Buffer is not null;

        public void Put(int part, byte[] buffer, int length)
        {
            if (part >= _parts.Length)
            {
                Array.Resize(ref _parts, Math.Min(Math.Max(part + 1, _parts.Length * 2), Total));
            }

            _parts[part] = (buffer, length);
            Bytes += length;
            Here++;
        }

        public void Join(Span<byte> message)
        {
            for (int part = 0; part < Total; part++)
            {
                (byte[]? buffer, int length) = _parts[part];
                buffer.AsSpan(0, length).CopyTo(message);
                message = message[length..];
            }
        }

        public void Clear(BufferPool pool)
        {
            for (int part = 0; part < _parts.Length && Here > 0; part++)
            {
                if (_parts[part].Buffer is { } buffer)
                {
                    pool.Return(buffer);
                    _parts[part] = default;
                    Here--;
                }
            }

            Bytes = 0;
        }
    }
}
