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
    public TokenOutcome Claim(ReadOnlySpan<byte> nonce, in PeerAddress by, long expires, long now)
    {
        ulong low = BinaryPrimitives.ReadUInt64LittleEndian(nonce);
        uint high = BinaryPrimitives.ReadUInt32LittleEndian(nonce[8..]);
        int free = -1;
        for (int i = 0; i < Probes; i++)
        {
            int at = (int)((low + (ulong)i) & (ulong)(_entries.Length - 1));
            ref Entry entry = ref _entries[at];
            if (entry.Expires > now && entry.Low == low && entry.High == high)
            {
                return entry.By == by ? TokenOutcome.Opened : TokenOutcome.Used;
            }

            free = free < 0 && entry.Expires <= now ? at : free;
        }

        if (free < 0)
        {
            return TokenOutcome.Busy;
        }

        _entries[free] = new Entry { Low = low, High = high, Expires = expires, By = by };
        return TokenOutcome.Opened;
    }

    private struct Entry
    {
        public ulong Low;
        public uint High;
        public long Expires;
        public PeerAddress By;
    }
}
