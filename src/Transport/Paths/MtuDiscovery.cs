using System.Buffers.Binary;
using RealtimeServer.Transport.Channels;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Paths;

/// <summary>
/// How large a datagram may be. Begins with what passes everywhere, tries the sizes that real paths have from the largest down, and falls back
/// when large datagrams stop arriving: a path can change to a narrower one that drops them without a word.
/// <code>
/// check, ok  header | datagram length i32 | filling | datagram length i32      sent alone, echoed with the other kind
/// </code>
/// </summary>
internal sealed class MtuDiscovery
{
    /// <summary>So that the smallest check is still one that stock peers answer.</summary>
    public const int OverheadBytesMax = 100;

    private const int TriesMax = 3;
    private static readonly short[] Ladder = [Limits.DatagramBytesMin, 1164, 1392, 1404, 1424, Limits.ReceiveBytesMax];
    private readonly Link _link;
    private int _step;
    private int _probing;
    private int _tries;
    private long _next;
    private bool _usedLarge;
    private bool _isSuspect;

    public MtuDiscovery(Link link)
    {
        _link = link;
        Restart(0);
    }

    /// <summary>Bytes of a datagram, before a layer adds its own.</summary>
    public int DatagramBytes => SizeOf(_isSuspect ? 0 : _step);

    public long Deadline => _probing > 0 || _usedLarge ? _next : long.MaxValue;

    /// <summary>Begins anew from the smallest, for another path.</summary>
    public void Restart(long now)
    {
        _step = 0;
        _tries = 0;
        _usedLarge = false;
        _isSuspect = false;
        _probing = _link.Host.Settings.DiscoversMtu ? Ladder.Length - 1 : 0;
        _next = now + Limits.MtuProbeMicroseconds;
        _link.Datagrams.BytesMax = DatagramBytes;
    }

    /// <summary>A datagram larger than the smallest left: whether such still arrive is asked from time to time.</summary>
    public void UseLarge(long now)
    {
        if (!_usedLarge && _probing == 0)
        {
            _usedLarge = true;
            _next = now + Limits.MtuVerifyMicroseconds;
        }
    }

    /// <summary>Nothing is acknowledged any more: if that is for size, it shows soon.</summary>
    public void Suspect(long now)
    {
        if (_step > 0 && !_isSuspect)
        {
            _isSuspect = true;
            _usedLarge = true;
            _tries = 0;
            _next = now;
            _link.Datagrams.BytesMax = DatagramBytes;
        }
    }

    public void Flush(long now)
    {
        if (now < Deadline)
        {
            return;
        }

        if (_tries == TriesMax)
        {
            GiveUp(now);
            if (now < Deadline)
            {
                return;
            }
        }

        int step = _probing > _step ? _probing : _step;
        if (step > 0 && (_probing > 0 || _usedLarge))
        {
            _tries++;
            _next = now + Limits.MtuProbeMicroseconds;
            Probe(SizeOf(step));
        }
    }

    public void ReceiveOk(ReadOnlySpan<byte> packet, long now)
    {
        if (!IsWhole(packet) || _tries == 0)
        {
            return;
        }

        if (_probing > _step && packet.Length == SizeOf(_probing))
        {
            _step = _probing;
            _probing = 0;
        }
        else if (packet.Length != SizeOf(_step))
        {
            return;
        }

        _tries = 0;
        _usedLarge = false;
        _isSuspect = false;
        _next = now + Limits.MtuVerifyMicroseconds;
        _link.Datagrams.BytesMax = DatagramBytes;
    }

    /// <summary>Answers the other side's check, if it is whole.</summary>
    public void Echo(ReadOnlySpan<byte> packet)
    {
        if (!IsWhole(packet))
        {
            return;
        }

        Span<byte> echo = stackalloc byte[packet.Length];
        packet.CopyTo(echo);
        echo[0] = _link.Header(PacketKind.MtuOk);
        _link.Transmit(echo);
    }

    private static bool IsWhole(ReadOnlySpan<byte> packet) =>
        packet.Length is >= Limits.DatagramBytesMin and <= Limits.ReceiveBytesMax && BinaryPrimitives.ReadInt32LittleEndian(packet[1..]) == packet.Length
        && BinaryPrimitives.ReadInt32LittleEndian(packet[^4..]) == packet.Length;

    private int SizeOf(int step) => Ladder[step] - _link.OverheadBytes;

    /// <summary>No answer to the size that was tried: the next smaller one, or the smallest and another look in a while.</summary>
    private void GiveUp(long now)
    {
        _tries = 0;
        _usedLarge = false;
        _isSuspect = false;
        if (_probing > _step)
        {
            _probing = _probing - 1 > _step ? _probing - 1 : 0;
        }
        else
        {
            _step = 0;
            _probing = Ladder.Length - 1;
            _next = now + Limits.MtuVerifyMicroseconds;
            _link.Datagrams.BytesMax = DatagramBytes;
        }
    }

    private void Probe(int bytes)
    {
        Span<byte> check = stackalloc byte[bytes];
        check.Clear();
        check[0] = _link.Header(PacketKind.MtuCheck);
        BinaryPrimitives.WriteInt32LittleEndian(check[1..], bytes);
        BinaryPrimitives.WriteInt32LittleEndian(check[^4..], bytes);
        _link.Transmit(check);
    }
}
