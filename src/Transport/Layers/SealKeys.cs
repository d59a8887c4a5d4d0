namespace RealtimeServer.Transport.Layers;

/// <summary>How datagrams are sealed; the numbers are those of tokens.</summary>
public enum SealCipher : byte
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>AES-256 in Galois counter mode: the faster one where the processor knows AES.</summary>
    Aes256Gcm = 1,

    /// <summary>ChaCha20-Poly1305 (RFC 8439): for clients without AES, as it is little code.</summary>
    ChaCha20Poly1305 = 2,
}

/// <summary>What both ends of a sealed connection know: given to the client over HTTPS, to the server inside of the token.</summary>
/// <param name="Session">Names the connection in every datagram, wherever it comes from.</param>
/// <param name="ClientToServer">32 bytes.</param>
/// <param name="ServerToClient">32 bytes.</param>
public sealed record SealKeys(SealCipher Cipher, uint Session, ReadOnlyMemory<byte> ClientToServer, ReadOnlyMemory<byte> ServerToClient)
{
    public const int KeyBytes = 32;
}
