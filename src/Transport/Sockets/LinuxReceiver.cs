using System.Runtime.InteropServices;

namespace RealtimeServer.Transport.Sockets;

/// <summary>
/// Takes datagrams by the batch (recvmmsg). With receive offload the kernel may hand over several datagrams of one peer as one message: they
/// are told apart here.
/// </summary>
internal sealed unsafe class LinuxReceiver
{
    private const int Messages = 64;
    private const int NameBytes = 32;
    private const int SegmentsMax = 64;

    /// <summary>One offloaded message; the odd cache lines keep the beginnings of all buffers out of one cache set.</summary>
    private const int BufferBytes = 65_536 + (64 * 17);

    private readonly int _file;
    private readonly byte[] _data = GC.AllocateUninitializedArray<byte>(Messages * BufferBytes, pinned: true);
    private readonly byte[] _names = GC.AllocateArray<byte>(Messages * NameBytes, pinned: true);
    private readonly LinuxCalls.ControlMessage[] _controls = GC.AllocateArray<LinuxCalls.ControlMessage>(Messages, pinned: true);
    private readonly LinuxCalls.Vector[] _vectors = GC.AllocateArray<LinuxCalls.Vector>(Messages, pinned: true);
    private readonly LinuxCalls.MessageEntry[] _messages = GC.AllocateArray<LinuxCalls.MessageEntry>(Messages, pinned: true);
    private readonly Segment[] _segments = new Segment[Messages * SegmentsMax];
    private int _used = Messages;

    public LinuxReceiver(int file)
    {
        _file = file;
        for (int i = 0; i < Messages; i++)
        {
            _vectors[i] = new LinuxCalls.Vector { Base = Address(_data, i * BufferBytes), Length = 65_536 };
            _messages[i] = new LinuxCalls.MessageEntry
            {
                Name = Address(_names, i * NameBytes),
                Vectors = (LinuxCalls.Vector*)Marshal.UnsafeAddrOfPinnedArrayElement(_vectors, i),
                VectorCount = 1,
                Control = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_controls, i),
            };
        }
    }

    /// <summary>A batch that is not full was all there was.</summary>
    public bool IsDrained => _used < Messages;

    public int Receive()
    {
        for (int i = 0; i < _used; i++)
        {
            // The kernel wrote over these what it used of them.
            _messages[i].NameLength = NameBytes;
            _messages[i].ControlLength = (nuint)sizeof(LinuxCalls.ControlMessage);
        }

        fixed (LinuxCalls.MessageEntry* messages = _messages)
        {
            _used = LinuxCalls.ReceiveMessages(_file, messages, Messages, LinuxCalls.DontWait, null);
        }

        if (_used < 0)
        {
            // Nothing there, or an error of an earlier send that the system reports here.
            _used = 0;
        }

        int count = 0;
        for (int i = 0; i < _used; i++)
        {
            int length = (int)_messages[i].Length;
            int size = SegmentSize(in _messages[i], in _controls[i], length);
            int at = 0;
            do
            {
                _segments[count++] = new Segment(i, at, Math.Min(size, length - at));
                at += size;
            }
            while (at < length && count < _segments.Length - (Messages - i));
        }

        return count;
    }

    public ReadOnlySpan<byte> Datagram(int index, out PeerAddress from)
    {
        Segment segment = _segments[index];
        uint nameBytes = Math.Min(_messages[segment.Message].NameLength, NameBytes);
        _ = PeerAddress.TryRead(_names.AsSpan(segment.Message * NameBytes, (int)nameBytes), out from);
        return _data.AsSpan((segment.Message * BufferBytes) + segment.Offset, segment.Length);
    }

    private static int SegmentSize(in LinuxCalls.MessageEntry message, in LinuxCalls.ControlMessage control, int length)
    {
        bool isOffloaded = message.ControlLength >= LinuxCalls.ControlMessage.HeaderBytes + sizeof(int)
            && control.Level == LinuxCalls.UdpLevel && control.Type == LinuxCalls.UdpGro && control.Value > 0;
        return isOffloaded ? control.Value : Math.Max(length, 1);
    }

    private static byte* Address(byte[] array, int index) => (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(array, index);

    /// <summary>A datagram within a message.</summary>
    private readonly record struct Segment(int Message, int Offset, int Length);
}
