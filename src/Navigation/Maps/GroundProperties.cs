using System.Globalization;

namespace RealtimeServer.Navigation.Maps;

/// <summary>Reads what properties say of ground: <c>walkable</c>, <c>cost</c>, <c>flags</c>, <c>height</c> and <c>color</c>.</summary>
internal static class GroundProperties
{
    /// <param name="properties">Of a tile, an object, an enumeration's value.</param>
    /// <param name="name">Its class or identifier, whose words count where <c>walkable</c> is not given; empty for none.</param>
    /// <param name="flags">The map's flags.</param>
    /// <param name="problem">What is wrong, or empty.</param>
    public static GroundRule Read(IReadOnlyDictionary<string, string> properties, string name, FlagNames flags, out string problem)
    {
        problem = "";
        bool? walkable = TerrainWords.Walkable(name);
        if (properties.TryGetValue("walkable", out string? text))
        {
            walkable = bool.TryParse(text, out bool value) ? value : null;
            problem = walkable is null ? $"'walkable' is '{MapText.Short(text)}'; true or false is expected." : problem;
        }

        float? cost = Number(properties, "cost", Grid.CostMin, Grid.CostMax, ref problem);
        float? height = Number(properties, "height", -Limits.MapHeightMax, Limits.MapHeightMax, ref problem);
        uint? bits = null;
        if (properties.TryGetValue("flags", out string? names))
        {
            bits = flags.TryRead(names, out uint read) ? read : null;
            problem = bits is null
                ? $"'flags' is '{MapText.Short(names)}'; a map has at most {Limits.MapFlagsMax} flags, of at most {Limits.MapFlagCharsMax} characters each."
                : problem;
        }

        return walkable is null && cost is null && bits is null && height is null ? GroundRule.Silent : new GroundRule(walkable, cost, bits, height);
    }

    /// <summary>
    /// The property <c>color</c> as <c>#rrggbb</c>; null if there is none, or another text: viewers only. Tiled writes #aarrggbb for what its colour picker gave.
    /// </summary>
    public static string? Color(IReadOnlyDictionary<string, string> properties) => properties.TryGetValue("color", out string? text) ? TryColor(text) : null;

    /// <summary>A colour of six or eight hexadecimal digits as <c>#rrggbb</c>, or null.</summary>
    public static string? TryColor(string text)
    {
        string digits = text.StartsWith('#') ? text[1..] : text;
        return digits.Length is 6 or 8 && digits.All(char.IsAsciiHexDigit) ? "#" + digits[^6..].ToLowerInvariant() : null;
    }

    private static float? Number(IReadOnlyDictionary<string, string> properties, string name, float min, float max, ref string problem)
    {
        if (!properties.TryGetValue(name, out string? text))
        {
            return null;
        }

        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value >= min && value <= max)
        {
            return value;
        }

        problem = string.Create(CultureInfo.InvariantCulture, $"'{name}' is '{MapText.Short(text)}'; a number from {min} to {max} is expected.");
        return null;
    }
}
