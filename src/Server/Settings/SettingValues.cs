namespace RealtimeServer.Server.Settings;

/// <summary>The text of each setting and where it was set, in words that lead a reader there.</summary>
internal sealed class SettingValues
{
    public const string DefaultOrigin = "its default";

    private readonly Dictionary<string, (string Text, string Origin)> _values = new(StringComparer.OrdinalIgnoreCase);

    public string Text(string name) => Of(name).Text;

    public string Origin(string name) => Of(name).Origin;

    public bool IsSet(string name) => _values.ContainsKey(name);

    /// <summary>Sets a value that overrides what was read before.</summary>
    /// <exception cref="SettingException">There is no such setting, or this may not be its value.</exception>
    public void Set(string name, string text, string origin)
    {
        Setting setting = SettingsTable.Find(name) ?? throw new SettingException(Unknown(name, origin));
        if (!setting.Accepts(text))
        {
            string shown = setting.Kind == SettingKind.Secret ? $"has {text.Length} characters" : $"is \"{text}\"";
            throw new SettingException($"{setting.Name} (from {origin}) must be {setting.Allowed}; it {shown}.");
        }
        _values[setting.Name] = (text, origin);
    }

    private (string Text, string Origin) Of(string name) => _values.TryGetValue(name, out (string Text, string Origin) value)
        ? value
        : (SettingsTable.Find(name)!.Default, DefaultOrigin);

    private static string Unknown(string name, string origin)
    {
        string? near = Suggestion.For(name, SettingsTable.All.Select(s => s.Name));
        string hint = near is null ? "" : $" Did you mean {near}?";
        return $"There is no setting \"{name}\" (from {origin}).{hint} Start with --help to see all.";
    }
}
