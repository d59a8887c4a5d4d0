using System.Globalization;
using System.Net;

namespace RealtimeServer.Server.Settings;

internal enum SettingKind
{
    Text,
    Secret,
    Whole,
    Flag,
    Address,
    Folder,
    Name,
    Choice,
}

/// <summary>One setting: what it is called everywhere, what it may be, and what it means.</summary>
/// <param name="Name">As in appsettings.json ("a:b" is b inside a) and, after "--", on the command line.</param>
/// <param name="Default">The text it has when nobody sets it; empty is a value too.</param>
/// <param name="Help">One line.</param>
internal sealed record Setting(string Name, SettingKind Kind, string Default, string Help)
{
    /// <summary>Least and greatest value of a whole number; length in characters of a text or secret.</summary>
    public int Min { get; init; }

    /// <inheritdoc cref="Min"/>
    public int Max { get; init; } = int.MaxValue;

    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Of a text: what it may be.</summary>
    public string AllowedText { get; init; } = "a text";

    public string EnvironmentName => SettingsReader.EnvironmentPrefix + Name.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>What the value may be, to follow "must be".</summary>
    public string Allowed => Kind switch
    {
        SettingKind.Whole => Invariant($"a whole number from {Min} to {Max}"),
        SettingKind.Flag => "true or false",
        SettingKind.Address => "an IP address of this machine, localhost, or * for all of them",
        SettingKind.Folder => "the path of a folder",
        SettingKind.Name => Invariant($"{Min} to {Max} letters, digits, '-' or '_'"),
        SettingKind.Choice => string.Join(", ", Choices),
        SettingKind.Secret when Default.Length == 0 => Invariant($"empty or {Min} to {Max} characters"),
        SettingKind.Secret => Invariant($"{Min} to {Max} characters"),
        _ => AllowedText,
    };

    public bool Accepts(string text) => Kind switch
    {
        SettingKind.Whole => TryWhole(text, out int number) && number >= Min && number <= Max,
        SettingKind.Flag => text is "true" or "false",
        SettingKind.Address => TryAddress(text, out _),
        SettingKind.Folder => text.Length is > 0 and <= Limits.PathLengthMax && !text.Contains('\0', StringComparison.Ordinal),
        SettingKind.Name => text.Length >= Min && text.Length <= Max && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'),
        SettingKind.Choice => Choices.Contains(text, StringComparer.Ordinal),
        SettingKind.Secret when text.Length == 0 => Default.Length == 0,
        _ => text.Length >= Min && text.Length <= Max,
    };

    public static bool TryWhole(string text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    public static bool TryAddress(string text, out IPAddress address)
    {
        (bool known, address) = text switch
        {
            "localhost" => (true, IPAddress.Loopback),
            "*" => (true, IPAddress.Any),
            // The framework reads "1" as 0.0.0.1; nobody who writes that means it.
            _ when !text.Contains('.', StringComparison.Ordinal) && !text.Contains(':', StringComparison.Ordinal) => (false, IPAddress.None),
            _ => (IPAddress.TryParse(text, out IPAddress? parsed), parsed ?? IPAddress.None),
        };
        return known;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
