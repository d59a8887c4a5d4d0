using System.Buffers.Binary;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport.Tokens;

/// <summary>
/// Who has shown which token, until it expires: a table of fixed size. A client may show its own again from where it did so before; nobody
/// else may. Where no place is free, the token is refused: forgetting one would let it be used twice.
/// </summary>
internal sealed class UsedTokens
{
    /// <summary>Places a token may lie in, from the one its nonce names on.</summary>
    private const int Probes = 32;

    private readonly Entry[] _entries;

    /// <param name="capacity">A power of two; places, of which some stay free.</param>
    public UsedTokens(int capacity)
    {
        _entries = new Entry[capacity];
    }

    /// <summary>Notes that a peer shows a token that was opened.</summary>
    /// <param name="connectTime">To be later each time, or no two connections might have different keys; the least value if none are made.</param>
    public TokenOutcome Claim(ReadOnlySpan<byte> nonce, in PeerAddress by, long connectTime, (long Expires, long Now) times)
    {
        (long expires, long now) = times;
        ulong low = BinaryPrimitives.ReadUInt64LittleEndian(nonce);
        uint high = BinaryPrimitives.ReadUInt32LittleEndian(nonce[8..]);
        int free = -1;
        for (int i = 0; i < Probes; i++)
        {
            int at = (int)((low + (ulong)i) & (ulong)(_entries.Length - 1));
            ref Entry entry = ref _entries[at];
            if (entry.Expires > now && entry.Low == low && entry.High == high)
            {
                bool isFresh = entry.By == by && (connectTime == long.MinValue || connectTime > entry.ConnectTime);
                entry.ConnectTime = isFresh ? connectTime : entry.ConnectTime;
                return isFresh ? TokenOutcome.Opened : TokenOutcome.Used;
            }

            free = free < 0 && entry.Expires <= now ? at : free;
        }

        if (free < 0)
        {
            return TokenOutcome.Busy;
        }

        _entries[free] = new Entry { Low = low, High = high, Expires = expires, By = by, ConnectTime = connectTime };
        return TokenOutcome.Opened;
    }

    private struct Entry
    {
        public ulong Low;
        public uint High;
        public long Expires;
        public PeerAddress By;
        public long ConnectTime;
    }
}
