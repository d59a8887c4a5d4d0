namespace RealtimeServer.Transport.Tokens;

/// <summary>A key that seals tokens. Two live at once while one replaces the other.</summary>
/// <param name="Id">Written into each token, to find its key again.</param>
/// <param name="Secret">32 random bytes.</param>
public sealed record TokenKey(byte Id, ReadOnlyMemory<byte> Secret)
{
    public const int SecretBytes = 32;
}
