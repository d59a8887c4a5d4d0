namespace RealtimeServer.Server.Settings;

/// <summary>The name somebody most likely meant.</summary>
internal static class Suggestion
{
    /// <summary>The nearest candidate by edit distance; null when none is near enough to be what was meant.</summary>
    public static string? For(string name, IEnumerable<string> candidates)
    {
        string? best = null;
        int least = int.MaxValue;
        foreach (string candidate in candidates)
        {
            int distance = Distance(Plain(name), Plain(candidate));
            if (distance < least)
            {
                (best, least) = (candidate, distance);
            }
        }
        return least <= Math.Max(2, name.Length / 3) ? best : null;
    }

    // "http-port", "HTTP_PORT" and "httpPort" all mean http:port.
    private static string Plain(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
