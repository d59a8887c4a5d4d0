using RealtimeServer.Transport.Tokens;

namespace RealtimeServer.Transport.Peers;

/// <summary>Why a connect token was refused, in words for the client. The same few texts for ever: a stranger's request makes no garbage.</summary>
internal static class TokenRefusals
{
    private static readonly ReadOnlyMemory<byte>[] Texts = [.. Enum.GetValues<TokenOutcome>().Order().Select(outcome => Text(outcome))];

    public static ReadOnlyMemory<byte> NoCipher { get; } = ConnectData.FromString("this server does not know the cipher");

    public static ReadOnlyMemory<byte> Of(TokenOutcome outcome) => Texts[(int)outcome];

    private static ReadOnlyMemory<byte> Text(TokenOutcome outcome) => ConnectData.FromString(outcome switch
    {
        TokenOutcome.Expired => "the connect token has expired: ask for another",
        TokenOutcome.Used => "the connect token was used before: ask for another",
        TokenOutcome.OtherServer => "the connect token is for another server",
        TokenOutcome.OtherAddress => "the connect token is for another address",
        TokenOutcome.Busy => "the server is busy",
        _ => "the connect token is not this server's",
    });
}
