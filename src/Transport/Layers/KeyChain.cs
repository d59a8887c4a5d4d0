using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace RealtimeServer.Transport.Layers;

/// <summary>
/// The keys of one direction, epoch after epoch, each made from the one before: who learns a key cannot read what was sent before it. The
/// receiver keeps the epoch before the newest for datagrams that come late, and tries the one after it; it moves on when that has opened one.
/// </summary>
internal sealed class KeyChain : IDisposable
{
    private readonly SealCipher _cipher;
    private readonly int _epochBits;
    private readonly byte[] _secret = new byte[SealKeys.KeyBytes];
    private ulong _epoch;
    private SealKey? _before;
    private SealKey _now;
    private SealKey? _after;

    /// <param name="key">Of the token; each connection that is made with it gets another, by its connect time.</param>
    public KeyChain(SealCipher cipher, ReadOnlySpan<byte> key, long connectTime, int epochBits)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, SealKeys.KeyBytes);
        _cipher = cipher;
        _epochBits = epochBits;
        Span<byte> time = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(time, connectTime);
        HMACSHA256.HashData(key, time, _secret);
        _now = new SealKey(cipher, _secret);
    }

    /// <summary>The key for a counter that grows by one each time.</summary>
    public SealKey At(ulong counter)
    {
        if (counter >> _epochBits != _epoch)
        {
            Advance();
        }

        return _now;
    }

    /// <summary>The key a received counter asks for; false if it is of an epoch gone by or not to be expected.</summary>
    public bool TryFind(ulong counter, [NotNullWhen(true)] out SealKey? key)
    {
        ulong epoch = counter >> _epochBits;
        key = epoch == _epoch ? _now
            : epoch + 1 == _epoch ? _before
            : epoch == _epoch + 1 ? _after ??= new SealKey(_cipher, NextSecret(stackalloc byte[SealKeys.KeyBytes]))
            : null;
        return key is not null;
    }

    /// <summary>Moves on, if a datagram of the next epoch was opened.</summary>
    public void Keep(ulong counter)
    {
        if (counter >> _epochBits == _epoch + 1)
        {
            Advance();
        }
    }

    public void Dispose()
    {
        _before?.Dispose();
        _now.Dispose();
        _after?.Dispose();
        CryptographicOperations.ZeroMemory(_secret);
    }

    private void Advance()
    {
        NextSecret(stackalloc byte[SealKeys.KeyBytes]).CopyTo(_secret);
        _epoch++;
        _before?.Dispose();
        _before = _now;
        _now = _after ?? new SealKey(_cipher, _secret);
        _after = null;
    }

    private Span<byte> NextSecret(Span<byte> into)
    {
        HMACSHA256.HashData(_secret, "rekey"u8, into);
        return into;
    }
}
