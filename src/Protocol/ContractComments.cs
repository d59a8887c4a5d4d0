using System.Reflection;

namespace RealtimeServer.Protocol;

/// <summary>
/// What the .proto files say about methods, messages and fields. Descriptors do not carry comments, so the files travel with the
/// assembly and their comments are read when somebody asks, by full name: "nakama.api.Account.wallet".
/// </summary>
public static class ContractComments
{
    private static readonly Lazy<Dictionary<string, string>> All = new(ReadAll);

    /// <summary>The comment before the declaration of that name; empty when there is none.</summary>
    public static string Of(string fullName) => All.Value.GetValueOrDefault(fullName, "");

    private static Dictionary<string, string> ReadAll()
    {
        Dictionary<string, string> comments = new(StringComparer.Ordinal);
        Assembly assembly = typeof(ContractComments).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(static n => n.EndsWith(".proto", StringComparison.Ordinal)))
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            Read(reader, comments);
        }
        return comments;
    }

    // Our own files, one declaration a line, comments on lines of their own.
    private static void Read(StreamReader reader, Dictionary<string, string> comments)
    {
        List<string> scopes = [];
        List<string> comment = [];
        while (reader.ReadLine()?.Trim() is string line)
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                comment.Add(line[2..].Trim());
                continue;
            }
            string name = Declared(line);
            string scope = string.Join('.', scopes.Where(static s => s.Length > 0));
            if (name.Length > 0 && comment.Count > 0)
            {
                comments[$"{scope}.{name}"] = string.Join(' ', comment);
            }
            comment.Clear();
            if (line.StartsWith("package ", StringComparison.Ordinal))
            {
                scopes.Add(line["package ".Length..].TrimEnd(';'));
            }
            // A oneof is no part of its fields' names.
            int depth = line.Count('{') - line.Count('}');
            if (depth > 0)
            {
                scopes.Add(line.StartsWith("oneof ", StringComparison.Ordinal) || line.StartsWith("option ", StringComparison.Ordinal) ? "" : name);
            }
            else if (depth < 0 && scopes.Count > 1)
            {
                scopes.RemoveAt(scopes.Count - 1);
            }
        }
    }

    private static int Count(this string line, char wanted) => line.AsSpan().Count(wanted);

    private static string Declared(string line)
    {
        string[] words = line.Split([' ', '(', '{', '=', ';'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > 1 && words[0] is "message" or "service" or "rpc" or "enum" or "oneof")
        {
            return words[1];
        }
        // A field is "type name = number;", its type may be "map<string, string>".
        int equals = line.IndexOf(" = ", StringComparison.Ordinal);
        return equals < 0 || words[0] is "option" or "syntax" ? "" : line[..equals].Split(' ')[^1];
    }
}
