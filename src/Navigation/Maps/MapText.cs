namespace RealtimeServer.Navigation.Maps;

/// <summary>Foreign text for messages.</summary>
internal static class MapText
{
    private const int CharsMax = 40;

    /// <summary>Short, and without line breaks.</summary>
    public static string Short(string text)
    {
        string line = string.Concat(text.Take(CharsMax).Select(c => char.IsControl(c) ? ' ' : c));
        return text.Length > CharsMax ? line + "…" : line;
    }
}
