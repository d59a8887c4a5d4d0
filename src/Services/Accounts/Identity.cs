using System.Text;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Accounts;

/// <summary>Something that opens an account: how the account is found by it, and made with it. Its values have passed <see cref="AccountRules"/>.</summary>
internal abstract record Identity
{
    public abstract ValueTask<SignInRow?> FindAsync(SqlSession session);

    /// <summary>Statements that make an account, or touch too few rows when its name or this identity is taken.</summary>
    public abstract void Create(SqlBatch batch, Guid userId, string username, long now);
}

/// <summary>What a sign-in reads of an account.</summary>
/// <param name="DisableTime">0 unless banned.</param>
/// <param name="IssuedUntil">Seconds since 1970: tokens issued until then are good no more.</param>
internal sealed record SignInRow(Guid Id, string Username, long DisableTime, long IssuedUntil);

internal sealed record DeviceIdentity(string DeviceId) : Identity
{
    public override ValueTask<SignInRow?> FindAsync(SqlSession session) =>
        session.QuerySingleOrDefaultAsync<SignInRow>(AccountSql.UserOfDevice, new { DeviceId });

    public override void Create(SqlBatch batch, Guid userId, string username, long now)
    {
        batch.Execute(AccountSql.InsertUser, new { Id = userId, Username = username, Now = now }, rows: 1);
        batch.Execute(AccountSql.InsertDevice, new { DeviceId, Id = userId, Now = now }, rows: 1);
    }
}

/// <summary>An identity of which an account has one of its kind.</summary>
/// <param name="Value">As its provider names the player.</param>
/// <param name="Profile">What else the provider says.</param>
internal sealed record ExternalIdentity(IdentityKind Kind, string Value, ProviderProfile Profile) : Identity
{
    public override ValueTask<SignInRow?> FindAsync(SqlSession session) =>
        session.QuerySingleOrDefaultAsync<SignInRow>(IdentitySql.Of(Kind).Find, new { Value });

    public override void Create(SqlBatch batch, Guid userId, string username, long now) => batch.Execute(
        IdentitySql.Of(Kind).Insert,
        new { Id = userId, Username = username, Value, Profile.DisplayName, Profile.AvatarUrl, Now = now },
        rows: 1);
}

/// <summary>What a provider says of a player, for an account that does not say otherwise.</summary>
/// <param name="VerifiedEmail">In small letters; empty unless the provider has verified that it is the player's.</param>
internal sealed record ProviderProfile(string DisplayName, string AvatarUrl, string VerifiedEmail)
{
    public static readonly ProviderProfile Nothing = new("", "", "");

    /// <summary>What fits into an account; the rest is left out.</summary>
    public static ProviderProfile Of(string? displayName, string? avatarUrl, string verifiedEmail) => new(
        Fitting(displayName, Limits.DisplayNameBytesMax),
        Fitting(avatarUrl, Limits.AvatarUrlBytesMax),
        AccountRules.RefuseEmail(verifiedEmail) is null ? Fitting(verifiedEmail, Limits.EmailBytesMax) : "");

    private static string Fitting(string? text, int bytesMax) =>
        text is not null && Encoding.UTF8.GetByteCount(text) <= bytesMax && !text.Any(char.IsControl) && !text.Any(char.IsSurrogate) ? text : "";
}

/// <summary>An e-mail address with a password, of an account that is to be made.</summary>
/// <param name="Email">In small letters.</param>
/// <param name="Password">Its hash.</param>
internal sealed record EmailIdentity(string Email, string Password) : Identity
{
    // Whoever signs in to an account that is there must show its password first; this is not the way.
    public override ValueTask<SignInRow?> FindAsync(SqlSession session) =>
        throw new InvalidOperationException("An e-mail address alone opens no account.");

    public override void Create(SqlBatch batch, Guid userId, string username, long now) => batch.Execute(
        EmailSql.Insert, new { Id = userId, Username = username, Email, Password, Now = now }, rows: 1);
}
