using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RealtimeServer.Transport.Layers;

/// <summary>A key of one direction and epoch, ready for use.</summary>
internal sealed class SealKey : IDisposable
{
    public const int TagBytes = 16;
    private const int NonceBytes = 12;

    // So many datagrams in a row must open before the fast way is tried again.
    private const int WaryOpens = 1_024;
    private readonly AesGcm? _aes;
    private readonly ChaCha20Poly1305? _chaCha;
    private int _waryOpens;

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
        Encrypt(nonce, plain, cipher, tag, associated);
    }

    /// <summary>
    /// The framework says no by an exception only, which who has seen the session's number could make it throw for every datagram. So after one,
    /// a key opens without asking it for a while, which takes twice as long and throws nothing.
    /// </summary>
    public bool TryOpen(ulong counter, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        WriteNonce(counter, nonce);
        if (_waryOpens > 0)
        {
            bool isOpen = TryOpenWarily(nonce, associated, cipher, tag, plain);
            _waryOpens = isOpen ? _waryOpens - 1 : WaryOpens;
            return isOpen;
        }

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
            _waryOpens = WaryOpens;
            return false;
        }
    }

    public void Dispose()
    {
        _aes?.Dispose();
        _chaCha?.Dispose();
    }

    /// <summary>
    /// Both ciphers add the same stream of bytes to encrypt and to decrypt: encrypting the ciphertext gives the plaintext, and encrypting that
    /// gives the tag the datagram should have.
    /// </summary>
    private bool TryOpenWarily(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, Span<byte> plain)
    {
        Span<byte> again = stackalloc byte[Limits.ReceiveBytesMax];
        Span<byte> expected = stackalloc byte[TagBytes];
        Encrypt(nonce, cipher, plain, expected, associated);
        Encrypt(nonce, plain, again[..plain.Length], expected, associated);
        return CryptographicOperations.FixedTimeEquals(expected, tag);
    }

    private void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag, ReadOnlySpan<byte> associated)
    {
        if (_aes is not null)
        {
            _aes.Encrypt(nonce, plain, cipher, tag, associated);
        }
        else
        {
            _chaCha!.Encrypt(nonce, plain, cipher, tag, associated);
        }
    }

    private static void WriteNonce(ulong counter, Span<byte> nonce)
    {
        nonce[..4].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], counter);
    }
}
