using System.Runtime.InteropServices;

namespace RealtimeServer.Foundation;

/// <summary>
/// A 64-bit running hash of simulation state, the same on every machine: little-endian words are folded by a rotate, a xor, an
/// odd multiplier and an addend, and the result is finished with the 64-bit mixer of MurmurHash3. It finds differences; it does not resist forgery.
/// </summary>
public struct StateHash
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15UL;
    private const ulong Addend = 0xD1B54A32D192ED03UL;
    private ulong _state;

    public StateHash(ulong seed)
    {
        _state = seed;
    }

    /// <summary>The hash of all that was added so far.</summary>
    public readonly ulong Value
    {
        get
        {
            ulong x = _state;
            x = (x ^ (x >> 33)) * 0xFF51AFD7ED558CCDUL;
            x = (x ^ (x >> 33)) * 0xC4CEB9FE1A85EC53UL;
            return x ^ (x >> 33);
        }
    }

    public void Add(ulong word)
    {
        // The addend makes zeros count: without it a zero state would swallow them.
        _state = unchecked(((ulong.RotateLeft(_state, 23) ^ word) * Multiplier) + Addend);
    }

    public void Add(long word) => Add(unchecked((ulong)word));

    public void Add(float value) => Add((ulong)BitConverter.SingleToUInt32Bits(value));

    /// <summary>Adds the bytes and their count, so that "ab" + "c" differs from "a" + "bc".</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            Add(BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word));
        }

        ReadOnlySpan<byte> rest = bytes[(words.Length * sizeof(ulong))..];
        if (rest.Length > 0)
        {
            ulong last = 0;
            for (int i = rest.Length - 1; i >= 0; i--)
            {
                last = (last << 8) | rest[i];
            }

            Add(last);
        }
    }

    /// <summary>Adds unmanaged values as they lie in memory; their type must have no padding.</summary>
    public void Add<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Add(MemoryMarshal.AsBytes(values));
    }
}
