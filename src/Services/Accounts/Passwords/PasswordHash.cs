using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RealtimeServer.Services.Accounts.Passwords;

/// <summary>
/// A password's hash with all it takes to check it: PBKDF2 with HMAC-SHA512 (RFC 8018), as the text $pbkdf2-sha512$i=ROUNDS$SALT$HASH in
/// the manner of PHC strings; salt and hash are base64 without padding.
/// </summary>
internal sealed record PasswordHash(int Rounds, byte[] Salt, byte[] Hash)
{
    private const string Begin = "$pbkdf2-sha512$i=";
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    public static PasswordHash Of(string password, int rounds)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new PasswordHash(rounds, salt, Derive(password, salt, rounds));
    }

    /// <summary>Takes as long for a wrong password as for the right one.</summary>
    public bool Fits(string password) => CryptographicOperations.FixedTimeEquals(Derive(password, Salt, Rounds), Hash);

    /// <summary>False for a text that none of ours has been.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PasswordHash? hash)
    {
        hash = null;
        string[] parts = text.StartsWith(Begin, StringComparison.Ordinal) ? text[Begin.Length..].Split('$') : [];
        if (parts is not [string rounds, string salt, string value]
            || !int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            || count is < 1 or > Limits.PasswordRoundsMax)
        {
            return false;
        }
        try
        {
            hash = new PasswordHash(count, Unpadded(salt), Unpadded(value));
        }
        catch (FormatException)
        {
            return false;
        }
        return hash.Salt.Length == SaltBytes && hash.Hash.Length == HashBytes;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Begin}{Rounds}${Convert.ToBase64String(Salt).TrimEnd('=')}${Convert.ToBase64String(Hash).TrimEnd('=')}");

    private static byte[] Derive(string password, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, rounds, HashAlgorithmName.SHA512, HashBytes);

    private static byte[] Unpadded(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
}
