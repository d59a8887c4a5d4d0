using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace RealtimeServer.Services.Multiplayer;

/// <summary>
/// The name of a match_create that asks for a simulated match: "simulate:GAME?map=MAP&amp;seed=N&amp;PARAMETER=VALUE". Nakama leaves the
/// creation of such matches to server code; the name is the one field its clients already have for it.
/// </summary>
internal sealed record SimulationName(string Game, string? Map, ulong? Seed, IReadOnlyDictionary<string, string> Parameters)
{
    private const string Prefix = "simulate:";

    public static bool IsOne(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Reads a name that <see cref="IsOne"/>. <paramref name="error"/> is a text for the client.</summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out SimulationName? parsed, [NotNullWhen(false)] out string? error)
    {
        parsed = null;
        if (Encoding.UTF8.GetByteCount(name) > Limits.MatchNameBytesMax)
        {
            error = $"Match name invalid, must be at most {Limits.MatchNameBytesMax} bytes.";
            return false;
        }
        string request = name[Prefix.Length..];
        int question = request.IndexOf('?', StringComparison.Ordinal);
        string game = question < 0 ? request : request[..question];
        if (game.Length == 0)
        {
            error = "Game is required: simulate:<game>?<parameter>=<value>.";
            return false;
        }
        return TryReadParameters(game, question < 0 ? "" : request[(question + 1)..], out parsed, out error);
    }

    private static bool TryReadParameters(
        string game, string query, [NotNullWhen(true)] out SimulationName? parsed, [NotNullWhen(false)] out string? error)
    {
        parsed = null;
        string? map = null;
        ulong? seed = null;
        Dictionary<string, string> parameters = new(StringComparer.Ordinal);
        foreach (string pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string key = Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals]);
            string value = equals < 0 ? "" : Uri.UnescapeDataString(pair[(equals + 1)..]);
            if (key == "map")
            {
                map = value;
            }
            else if (key == "seed")
            {
                if (!ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
                {
                    error = "Match parameter seed invalid, must be a whole number from 0 to 18446744073709551615.";
                    return false;
                }
                seed = number;
            }
            else if (!parameters.TryAdd(key, value))
            {
                error = $"Match parameter {key} is given twice.";
                return false;
            }
        }
        if (parameters.Count > Limits.MatchParametersMax)
        {
            error = $"Too many match parameters, must be at most {Limits.MatchParametersMax}.";
            return false;
        }
        parsed = new SimulationName(game, map, seed, parameters);
        error = null;
        return true;
    }
}
