using System.Net;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Accounts.Passwords;

internal enum PasswordSignInResult
{
    SignedIn,
    NoAccount,
    UsernameTaken,
    Banned,
    WrongPassword,
    TooManyGuesses,
    Busy,
}

/// <param name="SignIn">Set when it succeeded.</param>
/// <param name="Wait">Of too many guesses: until there is one again.</param>
internal readonly record struct PasswordSignInOutcome(PasswordSignInResult Result, SignIn? SignIn, TimeSpan Wait);

/// <summary>
/// Signs in by e-mail address or username with a password. Whatever the outcome it took the work of one hash, so time tells nobody which
/// accounts there are.
/// </summary>
internal sealed class PasswordSignIn
{
    private readonly Database _database;
    private readonly AccountStore _accounts;
    private readonly PasswordHasher _hasher;
    private readonly SignInThrottle _throttle;

    public PasswordSignIn(Database database, AccountStore accounts, PasswordHasher hasher, SignInThrottle throttle)
    {
        _database = database;
        _accounts = accounts;
        _hasher = hasher;
        _throttle = throttle;
    }

    /// <summary>Signs in to the account of an e-mail address, or makes one.</summary>
    /// <param name="email">In small letters.</param>
    /// <param name="password">As it was shown.</param>
    /// <param name="username">The name of a new account, empty to generate one.</param>
    /// <param name="create">Whether to make an account that is not there.</param>
    /// <param name="from">The client's address.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<PasswordSignInOutcome> ByEmailAsync(
        string email, string password, string username, bool create, IPAddress from, CancellationToken cancellation) =>
        ThrottledAsync(email, from, () => EmailAsync(email, password, username, create, from, cancellation));

    /// <summary>Signs in to the account of a username; one that is not there is refused like a wrong password.</summary>
    public Task<PasswordSignInOutcome> ByUsernameAsync(string username, string password, IPAddress from, CancellationToken cancellation) => ThrottledAsync(
        username,
        from,
        async () =>
        {
            PasswordRow? row = await FindAsync(EmailSql.ByUsername, username, cancellation).ConfigureAwait(false);
            return await VerifyAsync(row, password, from, PasswordSignInResult.WrongPassword, cancellation).ConfigureAwait(false);
        });

    private async Task<PasswordSignInOutcome> ThrottledAsync(string name, IPAddress from, Func<Task<PasswordSignInOutcome>> signInAsync)
    {
        if (!_throttle.TryTake(name, from, out TimeSpan wait))
        {
            return new PasswordSignInOutcome(PasswordSignInResult.TooManyGuesses, null, wait);
        }
        PasswordSignInOutcome outcome;
        try
        {
            outcome = await signInAsync().ConfigureAwait(false);
        }
        catch
        {
            // Nothing was told, so nothing was guessed: a database that is away locks nobody out.
            _throttle.GiveBack(name, from, signedIn: false);
            throw;
        }
        // No account is a wrong guess too: of a name.
        if (outcome.Result is not (PasswordSignInResult.WrongPassword or PasswordSignInResult.NoAccount))
        {
            _throttle.GiveBack(name, from, signedIn: outcome.Result == PasswordSignInResult.SignedIn);
        }
        return outcome;
    }

    private async Task<PasswordSignInOutcome> EmailAsync(
        string email, string password, string username, bool create, IPAddress from, CancellationToken cancellation)
    {
        string? hash = null;
        for (int tries = 0; ; tries++)
        {
            PasswordRow? row = await FindAsync(EmailSql.ByEmail, email, cancellation).ConfigureAwait(false);
            if (row is not null || !create)
            {
                return await VerifyAsync(row, password, from, PasswordSignInResult.NoAccount, cancellation).ConfigureAwait(false);
            }
            hash ??= await _hasher.HashAsync(password, from, cancellation).ConfigureAwait(false);
            if (hash is null)
            {
                return Refuse(PasswordSignInResult.Busy);
            }
            if (tries == AccountStore.TriesFor(username))
            {
                return Refuse(PasswordSignInResult.UsernameTaken);
            }
            // Refused when the name is taken, or when another sign-up with this address was faster: then its password is asked for.
            if (await _accounts.TryCreateAsync(new EmailIdentity(email, hash), username).ConfigureAwait(false) is SignIn made)
            {
                return new PasswordSignInOutcome(PasswordSignInResult.SignedIn, made, TimeSpan.Zero);
            }
        }
    }

    private async Task<PasswordSignInOutcome> VerifyAsync(
        PasswordRow? row, string password, IPAddress from, PasswordSignInResult nobody, CancellationToken cancellation)
    {
        PasswordOutcome verified = await _hasher.VerifyAsync(password, row?.Password, from, cancellation).ConfigureAwait(false);
        if (verified.Result == PasswordResult.Busy)
        {
            return Refuse(PasswordSignInResult.Busy);
        }
        if (row is null)
        {
            return Refuse(nobody);
        }
        if (verified.Result == PasswordResult.Wrong)
        {
            return Refuse(PasswordSignInResult.WrongPassword);
        }
        // Only who knows the password learns of a ban.
        if (row.DisableTime != 0)
        {
            return Refuse(PasswordSignInResult.Banned);
        }
        if (verified.Rehashed is string rehashed)
        {
            SqlBatch batch = new();
            batch.Execute(EmailSql.Rehash, new { row.Id, row.Password, Rehashed = rehashed }, rows: null);
            await _database.WriteAsync(batch).ConfigureAwait(false);
        }
        return new PasswordSignInOutcome(
            PasswordSignInResult.SignedIn, new SignIn(SignInResult.SignedIn, row.Id, row.Username, false, row.IssuedUntil), TimeSpan.Zero);
    }

    private ValueTask<PasswordRow?> FindAsync(SqlText sql, string name, CancellationToken cancellation) =>
        _database.ReadAsync(s => s.QuerySingleOrDefaultAsync<PasswordRow>(sql, new { Name = name }), cancellation);

    private static PasswordSignInOutcome Refuse(PasswordSignInResult result) => new(result, null, TimeSpan.Zero);

    private sealed record PasswordRow(Guid Id, string Username, long DisableTime, long IssuedUntil, string? Password);
}
