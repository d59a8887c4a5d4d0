using System.Globalization;
using System.Text;
using RealtimeServer.Foundation;

namespace RealtimeServer.Transport.Simulator;

/// <summary>What a simulated network has done.</summary>
/// <param name="Sent">Datagrams that were put in.</param>
/// <param name="Delivered">Datagrams that came out, copies included.</param>
/// <param name="Lost">One by one or in bursts.</param>
/// <param name="Overflowed">Lost before the queue of a link with limited bandwidth, or because more were under way than it holds.</param>
/// <param name="Oversized">Larger than the MTU.</param>
public readonly record struct NetworkCounts(long Sent, long Delivered, long Lost, long Overflowed, long Oversized, long Duplicated, long Reordered, long Corrupted)
{
    /// <summary>The sum of two, as of two clients.</summary>
    public static NetworkCounts operator +(NetworkCounts a, NetworkCounts b) => new(
        a.Sent + b.Sent, a.Delivered + b.Delivered, a.Lost + b.Lost, a.Overflowed + b.Overflowed, a.Oversized + b.Oversized, a.Duplicated + b.Duplicated,
        a.Reordered + b.Reordered, a.Corrupted + b.Corrupted);

    /// <summary>In words, without what did not happen.</summary>
    public override string ToString()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Sent} sent, {Delivered} delivered");
        foreach ((long count, string what) in (ReadOnlySpan<(long, string)>)[
            (Lost, "lost"), (Overflowed, "overflowed"), (Oversized, "oversized"), (Duplicated, "doubled"), (Reordered, "held back"), (Corrupted, "corrupted")])
        {
            _ = count > 0 ? text.Append(CultureInfo.InvariantCulture, $", {count} {what}") : text;
        }

        return text.ToString();
    }
}

/// <summary>
/// One direction of a network as a state machine: datagrams and the time in microseconds go in, those that survive come out when they are due. The
/// same seed and the same calls give the same network. It knows no clock, and allocates nothing once it has been as full as it gets.
/// </summary>
public sealed class SimulatedNetwork
{
    /// <summary>Datagrams under way at most.</summary>
    public const int UnderWayMax = 65_536;

    private const long HeldBackMin = 10_000;
    private readonly PriorityQueue<int, (long At, long Order)> _underWay = new();
    private readonly Stack<int> _free = new();
    private readonly List<(byte[] Buffer, int Length)> _slots = [];
    private DeterministicRandom _random;
    private NetworkCounts _counts;
    private long _order;
    private long _linkFreeAt;
    private bool _inBurst;

    public SimulatedNetwork(NetworkConditions conditions, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        Conditions = conditions;
        _random = new DeterministicRandom(seed, 0x6E657477);
    }

    /// <summary>May be changed while datagrams are under way; those keep what they were given.</summary>
    public NetworkConditions Conditions { get; set; }

    public NetworkCounts Counts => _counts;

    /// <summary>When the next datagram is due, in microseconds; <see cref="long.MaxValue"/> if none is under way.</summary>
    public long NextAt => _underWay.TryPeek(out _, out (long At, long Order) next) ? next.At : long.MaxValue;

    /// <summary>Puts a datagram in; a copy is made.</summary>
    public void Send(ReadOnlySpan<byte> datagram, long now)
    {
        _counts = _counts with { Sent = _counts.Sent + 1 };
        if (Conditions.MtuBytes > 0 && datagram.Length > Conditions.MtuBytes)
        {
            _counts = _counts with { Oversized = _counts.Oversized + 1 };
            return;
        }

        bool lost = NextIsInBurst() | Chance(Conditions.Loss);
        if (!TryEnterLink(datagram.Length, now, out long leavesAt))
        {
            _counts = _counts with { Overflowed = _counts.Overflowed + 1 };
            return;
        }

        // What is lost on the way has used the link before.
        if (lost)
        {
            _counts = _counts with { Lost = _counts.Lost + 1 };
            return;
        }

        Launch(datagram, leavesAt);
        if (Chance(Conditions.Duplication))
        {
            _counts = _counts with { Duplicated = _counts.Duplicated + 1 };
            Launch(datagram, leavesAt);
        }
    }

    /// <summary>Takes the next datagram that is due. False if there is none yet.</summary>
    /// <param name="into">Room for the largest datagram that was put in; a longer one is cut.</param>
    public bool TryReceive(long now, Span<byte> into, out int length)
    {
        if (NextAt > now)
        {
            length = 0;
            return false;
        }

        int slot = _underWay.Dequeue();
        (byte[] buffer, int bytes) = _slots[slot];
        length = Math.Min(bytes, into.Length);
        buffer.AsSpan(0, length).CopyTo(into);
        _free.Push(slot);
        _counts = _counts with { Delivered = _counts.Delivered + 1 };
        return true;
    }

    // Good to bad and back with chances that give the asked share and mean length.
    private bool NextIsInBurst()
    {
        if (Conditions.BurstLoss <= 0)
        {
            return false;
        }

        double leave = 1 / Conditions.BurstLength;
        double enter = Math.Min(1, leave * Conditions.BurstLoss / (1 - Conditions.BurstLoss));
        _inBurst = _inBurst ? !Chance(leave) : Chance(enter);
        return _inBurst;
    }

    private bool TryEnterLink(int bytes, long now, out long leavesAt)
    {
        leavesAt = now;
        if (Conditions.BitsPerSecond <= 0)
        {
            return true;
        }

        long waiting = Math.Max(0, _linkFreeAt - now) * Conditions.BitsPerSecond / 8_000_000;
        if (waiting + bytes > Conditions.QueueBytes)
        {
            return false;
        }

        // 28 bytes of IP and UDP headers use the link too.
        _linkFreeAt = Math.Max(_linkFreeAt, now) + ((bytes + 28) * 8_000_000L / Conditions.BitsPerSecond);
        leavesAt = _linkFreeAt;
        return true;
    }

    private void Launch(ReadOnlySpan<byte> datagram, long leavesAt)
    {
        double jitter = Conditions.JitterMilliseconds * ((2 * _random.NextSingle()) - 1);
        long delay = (long)(Math.Max(0, Conditions.LatencyMilliseconds + jitter) * 1_000);
        if (Chance(Conditions.Reordering))
        {
            _counts = _counts with { Reordered = _counts.Reordered + 1 };
            delay += Math.Max(delay, HeldBackMin);
        }

        if (_underWay.Count >= UnderWayMax)
        {
            _counts = _counts with { Overflowed = _counts.Overflowed + 1 };
            return;
        }

        if (!_free.TryPop(out int slot))
        {
            slot = _slots.Count;
            _slots.Add((new byte[Math.Max(2_048, datagram.Length)], 0));
        }

        byte[] buffer = _slots[slot].Buffer.Length >= datagram.Length ? _slots[slot].Buffer : new byte[datagram.Length];
        datagram.CopyTo(buffer);
        int length = datagram.Length;
        if (length > 0 && Chance(Conditions.Corruption))
        {
            _counts = _counts with { Corrupted = _counts.Corrupted + 1 };
            length = Corrupt(buffer, length);
        }

        _slots[slot] = (buffer, length);
        _underWay.Enqueue(slot, (leavesAt + delay, _order++));
    }

    private int Corrupt(byte[] buffer, int length)
    {
        if (length > 1 && _random.Next(8) == 0)
        {
            return 1 + _random.Next(length - 1);
        }

        // Thirteen apart, so that no two flips undo each other.
        int bit = _random.Next(length * 8);
        for (int flips = 1 + _random.Next(4); flips > 0; flips--)
        {
            buffer[bit >> 3] ^= (byte)(1 << (bit & 7));
            bit = (bit + 13) % (length * 8);
        }

        return length;
    }

    // Asked only where it can happen, so that conditions that are not used cost nothing; 1 is always, also beyond a float's steps.
    private bool Chance(double share) => share > 0 && (share >= 1 || _random.NextUInt() < share * 4_294_967_296.0);
}
