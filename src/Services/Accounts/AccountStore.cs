using RealtimeServer.Services.AccountFiles;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Accounts;

internal enum SignInResult
{
    SignedIn,
    NoAccount,
    UsernameTaken,
    Banned,
}

/// <summary>A sign-in. All but the result is set when it succeeded.</summary>
/// <param name="IssuedUntil">Seconds since 1970: tokens issued until then are good no more, so the session must begin later.</param>
internal sealed record SignIn(SignInResult Result, Guid UserId, string Username, bool Created, long IssuedUntil)
{
    public static SignIn Refuse(SignInResult result) => new(result, Guid.Empty, "", false, 0);
}

/// <summary>What to change of an account; null leaves a field as it is. The values have passed <see cref="AccountRules"/>.</summary>
internal sealed record AccountChanges(string? Username, string? DisplayName, string? AvatarUrl, string? LangTag, string? Location, string? Timezone);

/// <summary>Accounts and how players come to them.</summary>
public sealed class AccountStore
{
    private readonly Database _database;
    private readonly TimeProvider _time;

    public AccountStore(Database database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <summary>What is known of tokens is not the account's.</summary>
    internal static IReadOnlyList<string> Hidden { get; } = ["session_refreshes"];

    /// <summary>What an account's file has of accounts; the account itself first.</summary>
    internal static IReadOnlyList<AccountPart> Parts { get; } = [new("users", "id"), new("user_devices", "user_id")];

    /// <summary>Finds the account of an identity, or makes one.</summary>
    /// <param name="identity">What the player has shown.</param>
    /// <param name="username">The name of a new account, empty to generate one; an account that exists keeps its own.</param>
    /// <param name="create">Whether to make an account that is not there.</param>
    /// <param name="cancellation">Ends the wait for reads.</param>
    internal async Task<SignIn> SignInAsync(Identity identity, string username, bool create, CancellationToken cancellation)
    {
        bool generate = username.Length == 0;
        for (int tries = 0; ; tries++)
        {
            // Most sign-ins are of accounts that exist; they cost no write.
            SignInRow? known = await _database.ReadAsync(identity.FindAsync, cancellation).ConfigureAwait(false);
            if (known is not null)
            {
                return known.DisableTime == 0
                    ? new SignIn(SignInResult.SignedIn, known.Id, known.Username, false, known.IssuedUntil)
                    : SignIn.Refuse(SignInResult.Banned);
            }
            if (!create)
            {
                return SignIn.Refuse(SignInResult.NoAccount);
            }
            if (tries == (generate ? Limits.GeneratedUsernameTries : 2))
            {
                return SignIn.Refuse(SignInResult.UsernameTaken);
            }
            string name = generate ? AccountRules.GenerateUsername() : username;
            Guid userId = Guid.NewGuid();
            SqlBatch batch = new();
            identity.Create(batch, userId, name, Now());
            // Refused when the name is taken, or when another first sign-in of this identity was faster: the next look tells which.
            if ((await _database.WriteAsync(batch).ConfigureAwait(false)).Written)
            {
                return new SignIn(SignInResult.SignedIn, userId, name, true, 0);
            }
        }
    }

    /// <summary>Null when there is no such account.</summary>
    internal ValueTask<(AccountRecord Account, IReadOnlyList<string> Devices)?> FindAsync(Guid userId, CancellationToken cancellation) =>
        _database.ReadAsync<(AccountRecord, IReadOnlyList<string>)?>(
            async session =>
            {
                // Asked together, so that they share a round trip.
                ValueTask<AccountRecord?> asked = session.QuerySingleOrDefaultAsync<AccountRecord>(AccountSql.Account, new { Id = userId });
                ValueTask<IReadOnlyList<string>> listed = session.QueryAsync<string>(AccountSql.DevicesOfUser, new { Id = userId, Max = Limits.DevicesMax });
                AccountRecord? account = await asked.ConfigureAwait(false);
                IReadOnlyList<string> devices = await listed.ConfigureAwait(false);
                return account is null ? null : (account, devices);
            },
            cancellation);

    /// <summary>False when another account has the username.</summary>
    internal async Task<bool> UpdateAsync(Guid userId, AccountChanges changes)
    {
        SqlBatch batch = new();
        batch.Execute(
            AccountSql.Update,
            new { Id = userId, changes.Username, changes.DisplayName, changes.AvatarUrl, changes.LangTag, changes.Location, changes.Timezone, Now = Now() },
            rows: 1);
        try
        {
            return (await _database.WriteAsync(batch).ConfigureAwait(false)).Written;
        }
        catch (DatabaseConstraintException)
        {
            // Another account took the name between our look and our write.
            return false;
        }
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
}
