using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace RealtimeServer.Transport.Tokens;

/// <summary>
/// SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): eight bytes that nobody without the key of sixteen can make, in a
/// tenth of the time of a general hash. It tells forgeries from tokens before anything dear is done; what a token says is believed for its seal alone.
/// </summary>
internal readonly struct SipHash(ReadOnlySpan<byte> key)
{
    public const int KeyBytes = 16;
    public const int HashBytes = 8;
    private readonly ulong _key0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
    private readonly ulong _key1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);

    public ulong Hash(ReadOnlySpan<byte> data)
    {
        ulong v0 = _key0 ^ 0x736f_6d65_7073_6575;
        ulong v1 = _key1 ^ 0x646f_7261_6e64_6f6d;
        ulong v2 = _key0 ^ 0x6c79_6765_6e65_7261;
        ulong v3 = _key1 ^ 0x7465_6462_7974_6573;
        ulong last = (ulong)data.Length << 56;
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(data);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
        }

        for (int i = 0; i < data.Length; i++)
        {
            last |= (ulong)data[i] << (8 * i);
        }

        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xff;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v2 += v3;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
