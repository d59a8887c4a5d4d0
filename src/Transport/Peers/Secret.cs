using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// What a server knows and nobody can guess: a key of 32 bytes, drawn when it starts, and the numbers and seals made from it. A test that
/// gives the key repeats every number.
/// </summary>
internal sealed class Secret
{
    public const int KeyBytes = 32;
    public const int SealBytes = 16;
    private const int BlockBytes = 32;
    private readonly byte[] _numberKey = new byte[KeyBytes];
    private readonly byte[] _sealKey = new byte[KeyBytes];
    private readonly byte[] _block = new byte[BlockBytes];
    private long _blocks;
    private int _used = BlockBytes;

    public Secret(ReadOnlySpan<byte> key)
    {
        HMACSHA256.HashData(key, "numbers"u8, _numberKey);
        HMACSHA256.HashData(key, "seals"u8, _sealKey);
    }

    /// <summary>A number below <paramref name="limit"/>, which is at most 65,536 and a power of two or far below it.</summary>
    public int NextBelow(int limit) => (int)(NextUInt() % (uint)limit);

    public ulong NextULong() => ((ulong)NextUInt() << 32) | NextUInt();

    /// <summary>A mark under a few bytes that only this server can make. It is made anew to be compared, and so needs no memory.</summary>
    public void Seal(ReadOnlySpan<byte> bytes, Span<byte> seal)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_sealKey, bytes, whole);
        whole[..SealBytes].CopyTo(seal);
    }

    private uint NextUInt()
    {
        if (_used == BlockBytes)
        {
            Span<byte> counter = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(counter, _blocks++);
            HMACSHA256.HashData(_numberKey, counter, _block);
            _used = 0;
        }

        uint number = BinaryPrimitives.ReadUInt32LittleEndian(_block.AsSpan(_used));
        _used += sizeof(uint);
        return number;
    }
}
