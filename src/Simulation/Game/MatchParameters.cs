using System.Globalization;
using System.Text;
using RealtimeServer.Foundation;

namespace RealtimeServer.Simulation.Game;

/// <summary>
/// What the creator of a match asked for, e.g. <c>seconds=30</c>. A value out of its bounds, or a name that the game never asks for,
/// refuses the match with the name and what is allowed.
/// </summary>
public sealed class MatchParameters
{
    private readonly Dictionary<string, string> _values;
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    public MatchParameters(IReadOnlyDictionary<string, string>? values = null)
    {
        _values = values is null ? [] : new Dictionary<string, string>(values, StringComparer.Ordinal);
    }

    /// <summary>A text; <paramref name="allowed"/>, if any are given, are its only values.</summary>
    /// <exception cref="GameException">Not one of the allowed values.</exception>
    public string Get(string name, string fallback, params ReadOnlySpan<string> allowed)
    {
        _known.Add(name);
        if (!_values.TryGetValue(name, out string? value))
        {
            return fallback;
        }

        if (allowed.Length > 0 && !allowed.Contains(value))
        {
            throw new GameException($"match parameter {name}: '{value}' is not one of {string.Join(", ", allowed.ToArray())}");
        }

        return value;
    }

    /// <exception cref="GameException">Not a whole number from <paramref name="min"/> to <paramref name="max"/>.</exception>
    public int GetInt(string name, int fallback, int min, int max)
    {
        _known.Add(name);
        if (!_values.TryGetValue(name, out string? value))
        {
            return fallback;
        }

        if (!int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) || number < min || number > max)
        {
            throw new GameException($"match parameter {name}: '{value}' is not a whole number from {min} to {max}");
        }

        return number;
    }

    /// <exception cref="GameException">Neither true nor false.</exception>
    public bool GetBool(string name, bool fallback) => Get(name, fallback ? "true" : "false", "true", "false") == "true";

    /// <summary>Adds names and values, in the order of names.</summary>
    internal void Hash(ref StateHash hash)
    {
        foreach (string name in _values.Keys.Order(StringComparer.Ordinal))
        {
            hash.Add(Encoding.UTF8.GetBytes(name));
            hash.Add(Encoding.UTF8.GetBytes(_values[name]));
        }
    }

    /// <summary>Refuses names that nobody asked for: they are misspelt.</summary>
    /// <exception cref="GameException">There is such a name.</exception>
    internal void RefuseUnknown()
    {
        foreach (string name in _values.Keys.Order(StringComparer.Ordinal))
        {
            if (!_known.Contains(name))
            {
                throw new GameException($"match parameter {name}: unknown; this game knows {(_known.Count > 0 ? string.Join(", ", _known) : "none")}");
            }
        }
    }
}
