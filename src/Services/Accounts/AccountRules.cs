using System.Security.Cryptography;
using System.Text;

namespace RealtimeServer.Services.Accounts;

/// <summary>What ids, usernames and variables may be. Pure: a refusal is a text for the client, null is consent.</summary>
internal static class AccountRules
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static string? RefuseDeviceId(string id)
    {
        if (id.Length == 0)
        {
            return "Device ID is required.";
        }
        if (HasBlank(id))
        {
            return "Device ID invalid, no spaces or control characters allowed.";
        }
        return Encoding.UTF8.GetByteCount(id) is < Limits.DeviceIdBytesMin or > Limits.DeviceIdBytesMax
            ? $"Device ID invalid, must be {Limits.DeviceIdBytesMin}-{Limits.DeviceIdBytesMax} bytes."
            : null;
    }

    public static string? RefuseCustomId(string id)
    {
        if (id.Length == 0)
        {
            return "Custom ID is required.";
        }
        if (HasBlank(id))
        {
            return "Custom ID invalid, no spaces or control characters allowed.";
        }
        return Encoding.UTF8.GetByteCount(id) is < Limits.CustomIdBytesMin or > Limits.CustomIdBytesMax
            ? $"Custom ID invalid, must be {Limits.CustomIdBytesMin}-{Limits.CustomIdBytesMax} bytes."
            : null;
    }

    /// <param name="email">Its case does not matter.</param>
    public static string? RefuseEmail(string email)
    {
        if (HasBlank(email))
        {
            return "Invalid email address, no spaces or control characters allowed.";
        }
        // As Nakama has it: something, an @, something, a dot, something.
        int at = email.IndexOf('@', StringComparison.Ordinal);
        int dot = email.LastIndexOf('.');
        if (at < 1 || dot < at + 2 || dot == email.Length - 1)
        {
            return "Invalid email address format.";
        }
        return Encoding.UTF8.GetByteCount(email) is < Limits.EmailBytesMin or > Limits.EmailBytesMax
            ? $"Invalid email address, must be {Limits.EmailBytesMin}-{Limits.EmailBytesMax} bytes."
            : null;
    }

    public static string? RefusePassword(string password) => Encoding.UTF8.GetByteCount(password) switch
    {
        < Limits.PasswordBytesMin => $"Password must be at least {Limits.PasswordBytesMin} characters long.",
        > Limits.PasswordBytesMax => $"Password must be at most {Limits.PasswordBytesMax} bytes long.",
        _ => null,
    };

    /// <param name="username">Empty asks for a generated one.</param>
    public static string? RefuseUsername(string username)
    {
        if (HasBlank(username))
        {
            return "Username invalid, no spaces or control characters allowed.";
        }
        return Encoding.UTF8.GetByteCount(username) > Limits.UsernameBytesMax
            ? $"Username invalid, must be 1-{Limits.UsernameBytesMax} bytes."
            : null;
    }

    public static string? RefuseChanges(AccountChanges changes)
    {
        if (changes == new AccountChanges(null, null, null, null, null, null))
        {
            return "No fields to update.";
        }
        if (changes.Username is "")
        {
            return $"Username invalid, must be 1-{Limits.UsernameBytesMax} bytes.";
        }
        return (changes.Username is string username ? RefuseUsername(username) : null)
            ?? RefuseLength("Display name", changes.DisplayName, Limits.DisplayNameBytesMax)
            ?? RefuseLength("Avatar URL", changes.AvatarUrl, Limits.AvatarUrlBytesMax)
            ?? RefuseLength("Language tag", changes.LangTag, Limits.LangTagBytesMax)
            ?? RefuseLength("Location", changes.Location, Limits.LocationBytesMax)
            ?? RefuseLength("Timezone", changes.Timezone, Limits.TimezoneBytesMax);
    }

    public static string GenerateUsername() => RandomNumberGenerator.GetString(Letters, Limits.GeneratedUsernameLetters);

    private static string? RefuseLength(string what, string? text, int bytesMax) =>
        text is not null && Encoding.UTF8.GetByteCount(text) > bytesMax ? $"{what} invalid, must be at most {bytesMax} bytes." : null;

    private static bool HasBlank(string text)
    {
        foreach (char c in text)
        {
            if (char.IsControl(c) || char.IsWhiteSpace(c))
            {
                return true;
            }
        }
        return false;
    }
}
