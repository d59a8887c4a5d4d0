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
}
