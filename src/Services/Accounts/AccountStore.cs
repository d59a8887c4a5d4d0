using RealtimeServer.Services.AccountFiles;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Sessions;

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
    private readonly SessionStore _sessions;
    private readonly IReadOnlyList<OwnedData> _owned;
    private readonly TimeProvider _time;

    /// <param name="owned">What other features have of users, to go with them.</param>
    public AccountStore(Database database, SessionStore sessions, IReadOnlyList<OwnedData> owned, TimeProvider time)
    {
        _database = database;
        _sessions = sessions;
        _owned = owned;
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
            if (tries == TriesFor(username))
            {
                return SignIn.Refuse(SignInResult.UsernameTaken);
            }
            // Refused when the name is taken, or when another first sign-in of this identity was faster: the next look tells which.
            if (await TryCreateAsync(identity, username).ConfigureAwait(false) is SignIn made)
            {
                return made;
            }
        }
    }

    /// <summary>How often to try for a name: a generated one that is taken is followed by another.</summary>
    internal static int TriesFor(string username) => username.Length == 0 ? Limits.GeneratedUsernameTries : 2;

    /// <summary>Makes an account; null when its name or its identity is taken.</summary>
    internal async Task<SignIn?> TryCreateAsync(Identity identity, string username)
    {
        string name = username.Length == 0 ? AccountRules.GenerateUsername() : username;
        Guid userId = Guid.NewGuid();
        SqlBatch batch = new();
        identity.Create(batch, userId, name, Now());
        if (!(await _database.WriteAsync(batch).ConfigureAwait(false)).Written)
        {
            return null;
        }
        await ImportEmailAsync(userId, identity).ConfigureAwait(false);
        return new SignIn(SignInResult.SignedIn, userId, name, true, 0);
    }

    /// <summary>
    /// Gives an account the e-mail address that a provider has verified, unless it has one or another account has this one. It signs
    /// nobody in before the player adds a password.
    /// </summary>
    internal async Task ImportEmailAsync(Guid userId, Identity identity)
    {
        if (identity is not ExternalIdentity { Profile.VerifiedEmail: { Length: > 0 } email })
        {
            return;
        }
        SqlBatch batch = new();
        batch.Execute(EmailSql.Import, new { Id = userId, Email = email, Now = Now() }, rows: null);
        try
        {
            await _database.WriteAsync(batch).ConfigureAwait(false);
        }
        catch (DatabaseConstraintException)
        {
            // Another account took it between our look and our write.
        }
    }

    /// <summary>The accounts with any of these ids at a provider.</summary>
    internal async ValueTask<IReadOnlyList<Guid>> UsersOfAsync(IdentityKind kind, IReadOnlyList<string> values, CancellationToken cancellation) => values.Count == 0
        ? []
        : await _database.ReadAsync(s => s.QueryAsync<Guid>(IdentitySql.Of(kind).UsersOf, new { Values = values.ToArray() }), cancellation).ConfigureAwait(false);

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

    /// <summary>Deletes an account with all it has, and ends its sessions. False when it is not there.</summary>
    public async Task<bool> DeleteAsync(Guid userId)
    {
        Revocation? ending = await _database.WriteAsync(async session =>
        {
            foreach (OwnedData owned in _owned)
            {
                await owned.DeleteAsync(session, userId).ConfigureAwait(false);
            }
            return await session.ExecuteAsync(AccountSql.Delete, new { Id = userId }).ConfigureAwait(false) == 1
                ? await _sessions.EndAllAsync(session, userId).ConfigureAwait(false)
                : null;
        }).ConfigureAwait(false);
        if (ending is null)
        {
            return false;
        }
        _sessions.Ending(ending);
        foreach (OwnedData owned in _owned)
        {
            await owned.DeletedAsync(userId).ConfigureAwait(false);
        }
        return true;
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
}
