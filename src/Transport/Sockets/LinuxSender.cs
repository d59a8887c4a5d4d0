using System.Runtime.InteropServices;

namespace RealtimeServer.Transport.Sockets;

/// <summary>
/// Sends datagrams by the batch (sendmmsg). Datagrams of one size that follow each other to one peer become one message that the kernel cuts
/// (UDP_SEGMENT); the last of them may be shorter. Where a message cannot be cut, its datagrams are sent one by one.
/// </summary>
internal sealed unsafe class LinuxSender
{
    private const int Messages = 64;

    /// <summary>What every kernel since 4.18 cuts at most.</summary>
    private const int SegmentsMax = 64;

    /// <summary>A UDP datagram's own bound, less headers.</summary>
    private const int MessageBytesMax = 64_000;

    private const int ArenaBytes = 256 * 1024;

    private readonly int _file;
    private readonly byte[] _arena = GC.AllocateUninitializedArray<byte>(ArenaBytes, pinned: true);
    private readonly byte* _arenaStart;
    private readonly PeerAddress[] _names = GC.AllocateArray<PeerAddress>(Messages, pinned: true);
    private readonly LinuxCalls.ControlMessage[] _controls = GC.AllocateArray<LinuxCalls.ControlMessage>(Messages, pinned: true);
    private readonly LinuxCalls.Vector[] _vectors = GC.AllocateArray<LinuxCalls.Vector>(Messages, pinned: true);
    private readonly LinuxCalls.MessageEntry[] _messages = GC.AllocateArray<LinuxCalls.MessageEntry>(Messages, pinned: true);
    private readonly Run[] _runs = new Run[Messages];
    private int _count;
    private int _used;
    private bool _offload = true;
    private SocketCounts _counts;

    public LinuxSender(int file)
    {
        _file = file;
        _arenaStart = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_arena, 0);
        for (int i = 0; i < Messages; i++)
        {
            _controls[i] = new LinuxCalls.ControlMessage
            {
                Length = LinuxCalls.ControlMessage.HeaderBytes + sizeof(ushort),
                Level = LinuxCalls.UdpLevel,
                Type = LinuxCalls.UdpSegment,
            };
            _messages[i] = new LinuxCalls.MessageEntry
            {
                Name = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_names, i),
                Vectors = (LinuxCalls.Vector*)Marshal.UnsafeAddrOfPinnedArrayElement(_vectors, i),
                VectorCount = 1,
            };
        }
    }

    public SocketCounts Counts => _counts;

    public void Send(in PeerAddress to, ReadOnlySpan<byte> datagram)
    {
        if (_used + datagram.Length > ArenaBytes)
        {
            Flush();
        }

        if (_count > 0)
        {
            ref Run last = ref _runs[_count - 1];
            bool fits = last.IsOpen && datagram.Length <= last.SegmentBytes && last.Segments < SegmentsMax && last.Bytes + datagram.Length <= MessageBytesMax;
            if (fits && datagram.Length > 0 && to == _names[_count - 1])
            {
                datagram.CopyTo(_arena.AsSpan(_used));
                _used += datagram.Length;
                last.Bytes += datagram.Length;
                last.Segments++;
                last.IsOpen = datagram.Length == last.SegmentBytes;
                return;
            }

            if (_count == Messages)
            {
                Flush();
            }
        }

        datagram.CopyTo(_arena.AsSpan(_used));
        _names[_count] = to;
        _runs[_count++] = new Run { Offset = _used, Bytes = datagram.Length, SegmentBytes = datagram.Length, Segments = 1, IsOpen = _offload };
        _used += datagram.Length;
    }

    public void Flush()
    {
        for (int i = 0; i < _count; i++)
        {
            ref Run run = ref _runs[i];
            _vectors[i] = new LinuxCalls.Vector { Base = _arenaStart + run.Offset, Length = (nuint)run.Bytes };
            ref LinuxCalls.MessageEntry message = ref _messages[i];
            message.NameLength = (uint)_names[i].Size;
            bool isCut = run.Segments > 1;
            _controls[i].Value = run.SegmentBytes;
            message.Control = isCut ? (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_controls, i) : null;
            message.ControlLength = isCut ? (nuint)sizeof(LinuxCalls.ControlMessage) : 0;
        }

        int sent = 0;
        while (sent < _count)
        {
            sent += SendFrom(sent);
        }

        _count = 0;
        _used = 0;
    }

    /// <summary>Sends from the given message on.</summary>
    /// <returns>Messages that are dealt with: sent, or lost.</returns>
    private int SendFrom(int first)
    {
        int taken;
        fixed (LinuxCalls.MessageEntry* messages = _messages)
        {
            taken = LinuxCalls.SendMessages(_file, messages + first, (uint)(_count - first), LinuxCalls.DontWait | LinuxCalls.NoSignal);
        }

        _counts = _counts with { Calls = _counts.Calls + 1 };
        if (taken > 0)
        {
            for (int i = first; i < first + taken; i++)
            {
                Count(in _runs[i]);
            }

            return taken;
        }

        switch (Marshal.GetLastPInvokeError())
        {
            case LinuxCalls.Interrupted:
                return 0;
            case LinuxCalls.TryAgain or LinuxCalls.NoBuffers or LinuxCalls.OutOfMemory:
                for (int i = first; i < _count; i++)
                {
                    Lose(in _runs[i]);
                }

                return _count - first;
            case LinuxCalls.IOError or LinuxCalls.NotSupported when _runs[first].Segments > 1:
                // No device on the way can cut: never try again.
                _offload = false;
                SendApart(first);
                return 1;
            case LinuxCalls.InvalidArgument or LinuxCalls.MessageTooLong when _runs[first].Segments > 1:
                // Pieces beyond this path's MTU: let the small ones through.
                SendApart(first);
                return 1;
            default:
                Lose(in _runs[first]);
                return 1;
        }
    }

    private void SendApart(int index)
    {
        Run run = _runs[index];
        LinuxCalls.Vector vector = default;
        LinuxCalls.MessageEntry message = _messages[index];
        message.Vectors = &vector;
        message.Control = null;
        message.ControlLength = 0;
        for (int at = 0; at < run.Bytes; at += run.SegmentBytes)
        {
            int length = Math.Min(run.SegmentBytes, run.Bytes - at);
            vector = new LinuxCalls.Vector { Base = _arenaStart + run.Offset + at, Length = (nuint)length };
            var piece = new Run { Bytes = length, Segments = 1 };
            _counts = _counts with { Calls = _counts.Calls + 1 };
            if (LinuxCalls.SendMessages(_file, &message, 1, LinuxCalls.DontWait | LinuxCalls.NoSignal) == 1)
            {
                Count(in piece);
            }
            else
            {
                Lose(in piece);
            }
        }
    }

    private void Count(in Run run) => _counts = _counts with
    {
        Sent = _counts.Sent + run.Segments,
        BytesSent = _counts.BytesSent + run.Bytes,
        Cut = _counts.Cut + (run.Segments > 1 ? run.Segments : 0),
    };

    private void Lose(in Run run) => _counts = _counts with { Failed = _counts.Failed + run.Segments };

    /// <summary>A message: one datagram, or several of one size to one peer.</summary>
    private struct Run
    {
        public int Offset;
        public int Bytes;
        public int SegmentBytes;
        public int Segments;
        public bool IsOpen;
    }
}
