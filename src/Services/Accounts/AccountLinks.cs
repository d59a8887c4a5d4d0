using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Accounts;

internal enum LinkResult
{
    Linked,
    InUse,
    TooMany,
}

/// <summary>What else may sign in to an account: linked, and unlinked as long as something is left. The values have passed <see cref="AccountRules"/>.</summary>
internal sealed class AccountLinks
{
    private readonly Database _database;
    private readonly AccountStore _accounts;
    private readonly TimeProvider _time;

    public AccountLinks(Database database, AccountStore accounts, TimeProvider time)
    {
        _database = database;
        _accounts = accounts;
        _time = time;
    }

    /// <summary>Links a device; one that is linked already stays so.</summary>
    public async Task<LinkResult> LinkDeviceAsync(Guid userId, string deviceId, CancellationToken cancellation)
    {
        if (await WriteAsync(userId, AccountSql.LinkDevice, new { Id = userId, DeviceId = deviceId, Now = Now(), Max = Limits.DevicesMax }).ConfigureAwait(false))
        {
            return LinkResult.Linked;
        }
        Guid? owner = await _database.ReadAsync(
            s => s.QuerySingleOrDefaultAsync<Guid?>(AccountSql.OwnerOfDevice, new { DeviceId = deviceId }), cancellation).ConfigureAwait(false);
        return owner is null ? LinkResult.TooMany : LinkResult.InUse;
    }

    /// <summary>False when it is not linked, or when nothing else could sign the account in.</summary>
    public Task<bool> UnlinkDeviceAsync(Guid userId, string deviceId) =>
        WriteAsync(userId, AccountSql.UnlinkDevice, new { Id = userId, DeviceId = deviceId });

    /// <summary>Links an identity in the place of the one of its kind; false when another account has it.</summary>
    public async Task<bool> LinkAsync(Guid userId, ExternalIdentity identity)
    {
        bool linked = await WriteAsync(
            userId,
            IdentitySql.Of(identity.Kind).Link,
            new { Id = userId, identity.Value, identity.Profile.DisplayName, identity.Profile.AvatarUrl, Now = Now() }).ConfigureAwait(false);
        if (linked)
        {
            await _accounts.ImportEmailAsync(userId, identity).ConfigureAwait(false);
        }
        return linked;
    }

    /// <summary>False when it is not linked, or when nothing else could sign the account in.</summary>
    /// <param name="value">Which; empty for whichever it is.</param>
    public Task<bool> UnlinkAsync(Guid userId, IdentityKind kind, string value) =>
        WriteAsync(userId, IdentitySql.Of(kind).Unlink, new { Id = userId, Value = value });

    /// <summary>Gives an account an e-mail address and a password in the place of those it has; false when another account has the address.</summary>
    /// <param name="password">Its hash.</param>
    public Task<bool> LinkEmailAsync(Guid userId, string email, string password) =>
        WriteAsync(userId, EmailSql.Link, new { Id = userId, Email = email, Password = password, Now = Now() });

    /// <summary>False when it is not linked, or when nothing else could sign the account in.</summary>
    /// <param name="email">Which; empty for whichever it is.</param>
    public Task<bool> UnlinkEmailAsync(Guid userId, string email) => WriteAsync(userId, EmailSql.Unlink, new { Id = userId, Value = email });

    private async Task<bool> WriteAsync(Guid userId, SqlText sql, object parameters)
    {
        SqlBatch batch = new();
        batch.Execute(AccountSql.Touch, new { Id = userId, Now = Now() }, rows: 1);
        batch.Execute(sql, parameters, rows: 1);
        try
        {
            return (await _database.WriteAsync(batch).ConfigureAwait(false)).Written;
        }
        catch (DatabaseConstraintException)
        {
            // Another account took it between our look and our write.
            return false;
        }
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
}
