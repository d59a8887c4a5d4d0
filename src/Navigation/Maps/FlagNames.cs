namespace RealtimeServer.Navigation.Maps;

/// <summary>The flags of a map's cells: up to 32 names, in the order in which the map named them first.</summary>
internal sealed class FlagNames
{
    private static readonly char[] Separators = [',', ';', ' ', '\t', '\r', '\n'];

    private readonly List<string> _names = [];

    public IReadOnlyList<string> All => _names;

    /// <summary>The bits of names with commas or spaces between.</summary>
    /// <returns>False if there are more than 32 names in all, or one is too long.</returns>
    public bool TryRead(string text, out uint bits)
    {
        bits = 0;
        foreach (string name in text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            int bit = _names.IndexOf(name);
            if (bit < 0)
            {
                if (_names.Count == Limits.MapFlagsMax || name.Length > Limits.MapFlagCharsMax)
                {
                    return false;
                }

                bit = _names.Count;
                _names.Add(name);
            }

            bits |= 1u << bit;
        }

        return true;
    }
}
