using System.Text;

namespace RealtimeServer.Services.Sessions;

/// <summary>What a session may carry. Pure: a refusal is a text for the client, null is consent.</summary>
internal static class SessionRules
{
    public static string? RefuseVars(IReadOnlyCollection<KeyValuePair<string, string>> vars)
    {
        int bytes = 0;
        foreach ((string name, string value) in vars)
        {
            bytes += Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
        }
        return vars.Count > Limits.VarsMax || bytes > Limits.VarsBytesMax
            ? $"Vars invalid, must be at most {Limits.VarsMax} entries and {Limits.VarsBytesMax} bytes."
            : null;
    }
}
