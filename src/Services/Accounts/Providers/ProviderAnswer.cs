namespace RealtimeServer.Services.Accounts.Providers;

internal enum ProviderResult
{
    /// <summary>The player is who they say.</summary>
    Proven,

    /// <summary>What was shown proves nothing.</summary>
    Refused,

    /// <summary>The operator has not set the provider up.</summary>
    NotConfigured,

    /// <summary>The provider does not answer, or as many ask it as may: nothing is known.</summary>
    Unavailable,
}

/// <summary>What comes of showing something to a provider.</summary>
/// <param name="PlayerId">As the provider names the player; empty unless proven.</param>
internal sealed record ProviderAnswer(ProviderResult Result, string PlayerId, ProviderProfile Profile)
{
    public static readonly ProviderAnswer Refused = new(ProviderResult.Refused, "", ProviderProfile.Nothing);
    public static readonly ProviderAnswer NotConfigured = new(ProviderResult.NotConfigured, "", ProviderProfile.Nothing);
    public static readonly ProviderAnswer Unavailable = new(ProviderResult.Unavailable, "", ProviderProfile.Nothing);

    /// <summary>Proven, if the id is one that can be stored; no provider has ids such as the others.</summary>
    public static ProviderAnswer Proven(string? playerId, ProviderProfile profile) =>
        playerId is { Length: > 0 and <= Limits.ProviderIdCharactersMax } && playerId.All(static c => c is > ' ' and < '\u007f')
            ? new ProviderAnswer(ProviderResult.Proven, playerId, profile)
            : Refused;
}

/// <summary>A provider does not answer as it should, or too many ask it.</summary>
internal sealed class ProviderUnavailableException : Exception
{
    public ProviderUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
