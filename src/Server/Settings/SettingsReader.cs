using System.Collections;
using System.Text.Json;

namespace RealtimeServer.Server.Settings;

/// <summary>Reads settings from appsettings.json, the environment and the command line; what is read later wins.</summary>
internal static class SettingsReader
{
    public const string EnvironmentPrefix = "REALTIME_";
    public const string FileName = "appsettings.json";

    private static readonly JsonDocumentOptions JsonOptions = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = Limits.SettingsDepthMax,
    };

    /// <param name="folders">Folders that may hold an appsettings.json, the last one winning.</param>
    /// <exception cref="SettingException">Anything unknown or malformed.</exception>
    public static SettingValues Read(IEnumerable<string> folders, IDictionary environment, IReadOnlyList<string> arguments)
    {
        SettingValues values = new();
        foreach (string file in folders.Select(f => Path.GetFullPath(Path.Combine(f, FileName))).Distinct().Where(File.Exists))
        {
            ReadFile(file, values);
        }
        ReadEnvironment(environment, values);
        ReadArguments(arguments, values);
        return values;
    }

    private static void ReadFile(string file, SettingValues values)
    {
        JsonElement root;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file), JsonOptions);
            root = document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new SettingException($"{file} is not valid JSON: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{file} cannot be read: {exception.Message}");
        }
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new SettingException($"{file} must hold a JSON object, such as {{ \"http\": {{ \"port\": 7350 }} }}.");
        }
        ReadObject(root, "", file, values);
    }

    private static void ReadObject(JsonElement element, string path, string file, SettingValues values)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string name = path.Length == 0 ? property.Name : $"{path}:{property.Name}";
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Object:
                    ReadObject(property.Value, name, file, values);
                    break;
                case JsonValueKind.String:
                    values.Set(name, property.Value.GetString()!, file);
                    break;
                case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                    values.Set(name, property.Value.GetRawText(), file);
                    break;
                default:
                    throw new SettingException($"{name} (from {file}) must be a text, a number, true or false.");
            }
        }
    }

    private static void ReadEnvironment(IDictionary environment, SettingValues values)
    {
        foreach (DictionaryEntry entry in environment)
        {
            string variable = (string)entry.Key;
            if (variable.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase))
            {
                string name = variable[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal);
                values.Set(name, (string?)entry.Value ?? "", $"the environment variable {variable}");
            }
        }
    }

    private static void ReadArguments(IReadOnlyList<string> arguments, SettingValues values)
    {
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal) || argument.Length == 2)
            {
                throw new SettingException($"The command line holds \"{argument}\" where a --name is expected. Start with --help to see all.");
            }
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? argument[2..] : argument[2..equals];
            string origin = $"the command line, --{name}";
            string text = equals < 0 ? FollowingValue(arguments, ref i, name, origin) : argument[(equals + 1)..];
            values.Set(name, text, origin);
            if (!seen.Add(name))
            {
                throw new SettingException($"{name} is given twice on the command line.");
            }
        }
    }

    // "--insecure" alone means true; any other setting takes the next argument.
    private static string FollowingValue(IReadOnlyList<string> arguments, ref int index, string name, string origin)
    {
        Setting? setting = SettingsTable.Find(name);
        string? next = index + 1 < arguments.Count ? arguments[index + 1] : null;
        if (setting is { Kind: SettingKind.Flag } && next is not ("true" or "false"))
        {
            return "true";
        }
        if (next is not null && !next.StartsWith("--", StringComparison.Ordinal))
        {
            index++;
            return next;
        }
        // An unknown name is the better complaint: its value may be missing only because the name is not what was meant.
        return setting is null ? "" : throw new SettingException($"{setting.Name} (from {origin}) has no value; it must be {setting.Allowed}.");
    }
}
