using System.Globalization;

namespace RealtimeServer.Navigation.Maps;

/// <summary>
/// What the name of a kind of ground says of itself, where the editor has no properties to say it: the words <c>wall</c>, <c>walls</c>, <c>solid</c>,
/// <c>closed</c> and <c>blocked</c> close it, <c>open</c> and <c>walkable</c> open it. Words end at signs, digits and where a capital letter begins.
/// </summary>
internal static class TerrainWords
{
    /// <summary>True or false if a word of the name says so; null if none does.</summary>
    public static bool? Walkable(string name)
    {
        int start = 0;
        for (int i = 1; i <= name.Length; i++)
        {
            if (i < name.Length && char.IsLetter(name[i]) == char.IsLetter(name[start]) && !(char.IsUpper(name[i]) && char.IsLower(name[i - 1])))
            {
                continue;
            }

            bool? found = Meaning(name.AsSpan(start, i - start));
            if (found is not null)
            {
                return found;
            }

            start = i;
        }

        return null;
    }

    /// <summary>
    /// The number after the word <c>cost</c>, with a sign between that stands for the point: <c>Mud_cost_2</c>, <c>Road_cost_0_5</c>. Null if there is none.
    /// </summary>
    public static float? Cost(string name)
    {
        int at = name.IndexOf("cost", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        string number = name[(at + 4)..].Trim('_', ' ').Replace('_', '.');
        bool isNumber = float.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out float cost);
        return isNumber && cost >= Grid.CostMin && cost <= Grid.CostMax ? cost : null;
    }

    private static bool? Meaning(ReadOnlySpan<char> word) =>
        Is(word, "wall") || Is(word, "walls") || Is(word, "solid") || Is(word, "closed") || Is(word, "blocked") ? false
        : Is(word, "open") || Is(word, "walkable") ? true
        : null;

    private static bool Is(ReadOnlySpan<char> word, string meant) => word.Equals(meant, StringComparison.OrdinalIgnoreCase);
}
