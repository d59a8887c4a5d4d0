using System.Diagnostics;

namespace RealtimeServer.Matches.Simulated;

internal enum InboxKind : byte
{
    Data,
    Join,
    Leave,
    Call,
    Close,
}

/// <summary>One thing that entered a match. What the fields hold depends on the kind.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Subject">Data: the <see cref="SimulatedMember"/>; Join: the <see cref="JoinRequest"/>; Call: the <see cref="MatchCall"/>; Close: the reason.</param>
/// <param name="SessionId">Leave: who.</param>
/// <param name="OpCode">Data: the game's op code.</param>
/// <param name="Offset">Data: where in the batch's bytes.</param>
/// <param name="Length">Data: how many bytes.</param>
internal readonly record struct InboxEntry(InboxKind Kind, object? Subject, Guid SessionId, long OpCode, int Offset, int Length);

/// <summary>
/// All that enters a simulated match between two ticks, in order of arrival: many producers, one consumer. Producers append to one
/// of two buffers, the match takes the whole buffer at the start of its tick and leaves them the other. Buffers grow to the limits and are
/// then reused. Data beyond the limits is refused; joins, leaves and calls always find room.
/// </summary>
internal sealed class Inbox
{
    private readonly Lock _gate = new();
    private Batch _filling = new();
    private Batch _taken = new();
    private bool _closed;

    // Tells a member's count in the buffer being filled from one of an earlier buffer.
    private uint _round = 1;

    /// <summary>Copies the data in, or refuses it.</summary>
    public SendOutcome PostData(SimulatedMember member, long opCode, ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return SendOutcome.NotFound;
            }

            int mine = member.InboxRound == _round ? member.InboxCount : 0;
            if (mine >= Limits.InboxMessagesPerMemberMax
                || _filling.DataCount >= Limits.InboxMessagesMax
                || _filling.ByteCount + data.Length > Limits.InboxBytesMax)
            {
                return SendOutcome.QueueFull;
            }

            member.InboxRound = _round;
            member.InboxCount = mine + 1;
            _filling.AddData(member, opCode, data);
            return SendOutcome.Sent;
        }
    }

    /// <summary>Adds a join, leave, call or close. False once the inbox is closed: the match is over.</summary>
    public bool Post(InboxKind kind, object? subject, Guid sessionId = default)
    {
        Debug.Assert(kind != InboxKind.Data);
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            _filling.Add(new InboxEntry(kind, subject, sessionId, 0, 0, 0));
            return true;
        }
    }

    /// <summary>Everything posted since the last time. The batch belongs to the match until the next call.</summary>
    public Batch Take()
    {
        _taken.Clear();
        lock (_gate)
        {
            (_filling, _taken) = (_taken, _filling);
            _round++;
            return _taken;
        }
    }

    /// <summary>
    /// Refuses everything from now on and answers all that still waits, also in the batch last taken. The answers of what was
    /// already done are kept, so this may run while the match's thread is stuck in the middle of that batch.
    /// </summary>
    public void Close(in JoinOutcome toJoins, Exception toCalls)
    {
        lock (_gate)
        {
            _closed = true;
            _filling.Answer(toJoins, toCalls);
            _taken.Answer(toJoins, toCalls);
        }
    }

    internal sealed class Batch
    {
        private InboxEntry[] _entries = new InboxEntry[8];
        private byte[] _bytes = new byte[256];
        private int _count;

        public int DataCount { get; private set; }

        public int ByteCount { get; private set; }

        public ReadOnlySpan<InboxEntry> Entries => _entries.AsSpan(0, _count);

        public ReadOnlySpan<byte> Data(in InboxEntry entry) => _bytes.AsSpan(entry.Offset, entry.Length);

        public void AddData(SimulatedMember member, long opCode, ReadOnlySpan<byte> data)
        {
            if (ByteCount + data.Length > _bytes.Length)
            {
                Array.Resize(ref _bytes, Math.Max(ByteCount + data.Length, _bytes.Length * 2));
            }

            data.CopyTo(_bytes.AsSpan(ByteCount));
            Add(new InboxEntry(InboxKind.Data, member, default, opCode, ByteCount, data.Length));
            ByteCount += data.Length;
            DataCount++;
        }

        public void Add(InboxEntry entry)
        {
            if (_count == _entries.Length)
            {
                Array.Resize(ref _entries, _count * 2);
            }

            _entries[_count++] = entry;
        }

        public void Answer(in JoinOutcome toJoins, Exception toCalls)
        {
            foreach (ref readonly InboxEntry entry in Entries)
            {
                (entry.Subject as JoinRequest)?.Answer(toJoins);
                (entry.Subject as MatchCall)?.Fail(toCalls);
            }
        }

        public void Clear()
        {
            Array.Clear(_entries, 0, _count);
            _count = 0;
            ByteCount = 0;
            DataCount = 0;
        }
    }
}
