using RealtimeServer.Transport.Layers;

namespace RealtimeServer.Transport.Tokens;

/// <summary>What a connect token says. Described byte by byte in <c>Tokens/STANDARD.md</c>.</summary>
/// <param name="Expires">Not valid from then on.</param>
/// <param name="Payload">Whatever the issuer wants back when the client connects, up to <see cref="PayloadBytesMax"/> bytes.</param>
/// <param name="Seal">Keys of the sealed mode; null for a connection in the clear.</param>
/// <param name="Address">The only host that may show the token: 4 bytes of IPv4 or 16 of IPv6; empty for any.</param>
public sealed record ConnectToken(DateTimeOffset Expires, ReadOnlyMemory<byte> Payload, SealKeys? Seal = null, ReadOnlyMemory<byte> Address = default)
{
    public const int PayloadBytesMax = 512;
}

/// <summary>What became of a token that was shown.</summary>
public enum TokenOutcome
{
    Opened,

    /// <summary>Not a token at all.</summary>
    Malformed,

    /// <summary>Sealed with a key this server does not have, or no longer.</summary>
    UnknownKey,

    Expired,

    /// <summary>Changed, or made up.</summary>
    Forged,

    /// <summary>Made for another server.</summary>
    OtherServer,

    /// <summary>Made for another address.</summary>
    OtherAddress,

    /// <summary>Shown before, from another address or port, or, if it brings keys, in the same request.</summary>
    Used,

    /// <summary>More tokens are in use than the server remembers.</summary>
    Busy,
}
