using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RealtimeServer.Transport.Layers;

/// <summary>A key of one direction and epoch, ready for use.</summary>
internal sealed class SealKey : IDisposable
{
    public const int TagBytes = 16;
    private const int NonceBytes = 12;
    private readonly AesGcm? _aes;
    private readonly ChaCha20Poly1305? _chaCha;

    /// <exception cref="ArgumentException">The cipher seals nothing, or this machine has none of that kind.</exception>
    public SealKey(SealCipher cipher, ReadOnlySpan<byte> key)
    {
        switch (cipher)
        {
            case SealCipher.Aes256Gcm when AesGcm.IsSupported:
                _aes = new AesGcm(key, TagBytes);
                break;
            case SealCipher.ChaCha20Poly1305 when ChaCha20Poly1305.IsSupported:
                _chaCha = new ChaCha20Poly1305(key);
                break;
            default:
                throw new ArgumentException($"The cipher {cipher} is not to be had on this machine.", nameof(cipher));
        }
    }

    public static bool IsSupported(SealCipher cipher) => cipher switch
    {
        SealCipher.Aes256Gcm => AesGcm.IsSupported,
        SealCipher.ChaCha20Poly1305 => ChaCha20Poly1305.IsSupported,
        _ => false,
    };

    public void Seal(ulong counter, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        WriteNonce(counter, nonce);
        if (_aes is not null)
        {
            _aes.Encrypt(nonce, plain, cipher, tag, associated);
        }
        else
        {
            _chaCha!.Encrypt(nonce, plain, cipher, tag, associated);
        }
    }

    public bool TryOpen(ulong counter, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        WriteNonce(counter, nonce);
        try
        {
            if (_aes is not null)
            {
                _aes.Decrypt(nonce, cipher, tag, plain, associated);
            }
            else
            {
                _chaCha!.Decrypt(nonce, cipher, tag, plain, associated);
            }

            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            // The framework knows no other way to say no. Only who has seen the session's number gets this far.
            return false;
        }
    }

    public void Dispose()
    {
        _aes?.Dispose();
        _chaCha?.Dispose();
    }

    private static void WriteNonce(ulong counter, Span<byte> nonce)
    {
        nonce[..4].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], counter);
    }
}
