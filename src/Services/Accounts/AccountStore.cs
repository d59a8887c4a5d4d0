using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Accounts;

public enum SignInResult
{
    SignedIn,
    NoAccount,
    UsernameTaken,
    Banned,
}

/// <summary>A sign-in. User id and username are set when it succeeded.</summary>
public sealed record SignIn(SignInResult Result, Guid UserId, string Username, bool Created);

/// <summary>An account as stored. Times are microseconds since 1970 UTC; <see cref="DisableTime"/> is 0 unless banned.</summary>
public sealed record AccountRecord(
    Guid Id,
    string Username,
    string LangTag,
    string Metadata,
    string Wallet,
    long CreateTime,
    long UpdateTime,
    long DisableTime,
    IReadOnlyList<string> Devices);

/// <summary>The front door of accounts: who a player is and how they sign in.</summary>
public sealed class AccountStore
{
    private readonly Database _database;
    private readonly TimeProvider _time;

    public AccountStore(Database database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <summary>Signs in by device. The arguments have passed <see cref="AccountRules"/>.</summary>
    /// <param name="username">The name of a new account, empty to generate one; an account that exists keeps its own.</param>
    internal async Task<SignIn> SignInWithDeviceAsync(string deviceId, string username, bool create, CancellationToken cancellation)
    {
        bool generate = username.Length == 0;
        for (int tries = 0; ; tries++)
        {
            // Most sign-ins are of accounts that exist; they cost no write.
            UserRow? known = await _database.ReadAsync(
                s => s.QuerySingleOrDefaultAsync<UserRow>(AccountSql.UserOfDevice, new { DeviceId = deviceId }), cancellation).ConfigureAwait(false);
            if (known is not null)
            {
                return Known(known);
            }
            if (!create)
            {
                return new SignIn(SignInResult.NoAccount, Guid.Empty, "", false);
            }
            if (tries == (generate ? Limits.GeneratedUsernameTries : 2))
            {
                return new SignIn(SignInResult.UsernameTaken, Guid.Empty, "", false);
            }
            string name = generate ? AccountRules.GenerateUsername() : username;
            Guid userId = Guid.NewGuid();
            // Refused when the name is taken, or when another first sign-in of this device was faster: the next look tells which.
            if (await TryCreateAsync(userId, name, deviceId).ConfigureAwait(false))
            {
                return new SignIn(SignInResult.SignedIn, userId, name, true);
            }
        }
    }

    /// <summary>Null when there is no such account.</summary>
    internal ValueTask<AccountRecord?> FindAsync(Guid userId, CancellationToken cancellation) => _database.ReadAsync(
        async session =>
        {
            // Asked together, so that they share a round trip.
            ValueTask<AccountRow?> asked = session.QuerySingleOrDefaultAsync<AccountRow>(AccountSql.Account, new { Id = userId });
            ValueTask<IReadOnlyList<string>> listed = session.QueryAsync<string>(
                AccountSql.DevicesOfUser, new { Id = userId, Max = Limits.DevicesShownMax });
            AccountRow? row = await asked.ConfigureAwait(false);
            IReadOnlyList<string> devices = await listed.ConfigureAwait(false);
            return row is null ? null : new AccountRecord(
                userId, row.Username, row.LangTag, row.Metadata, row.Wallet, row.CreateTime, row.UpdateTime, row.DisableTime, devices);
        },
        cancellation);

    /// <summary>Whether an account is there and not banned: a session token outlives both.</summary>
    internal ValueTask<bool> IsWelcomeAsync(Guid userId, CancellationToken cancellation) => _database.ReadAsync(
        async session => await session.QueryAsync<long>(AccountSql.DisableTime, new { Id = userId }).ConfigureAwait(false) is [0],
        cancellation);

    private async Task<bool> TryCreateAsync(Guid userId, string username, string deviceId)
    {
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        SqlBatch batch = new();
        batch.Execute(AccountSql.InsertUser, new { Id = userId, Username = username, Now = now }, rows: 1);
        batch.Execute(AccountSql.InsertDevice, new { DeviceId = deviceId, Id = userId, Now = now }, rows: 1);
        return (await _database.WriteAsync(batch).ConfigureAwait(false)).Written;
    }

    private static SignIn Known(UserRow row) => row.DisableTime == 0
        ? new SignIn(SignInResult.SignedIn, row.Id, row.Username, false)
        : new SignIn(SignInResult.Banned, Guid.Empty, "", false);

    private sealed record UserRow(Guid Id, string Username, long DisableTime);

    private sealed record AccountRow(
        Guid Id, string Username, string LangTag, string Metadata, string Wallet, long CreateTime, long UpdateTime, long DisableTime);
}
