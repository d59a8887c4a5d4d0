using System.Text.Json.Nodes;
using RealtimeServer.Foundation;

namespace RealtimeServer.Services.AccountFiles;

/// <summary>Changes a few things of an account's file, of which it stays JSON: some of what comes of it is a file still, with odd contents.</summary>
internal static class AccountFileDamage
{
    private static readonly string[] Values =
    [
        "null", "0", "1", "-1", "2", "9223372036854775807", "-9223372036854775808", "1e300", "0.5", "true", "false", "[]", "{}", "\"\"", "\"x\"", "\"{}\"", "\"[1]\"",
        "\"{\\\"gold\\\":-5}\"", "\"{\\\"gold\\\":1e300}\"", "\"00000000-0000-0000-0000-000000000000\"", "\"\\u0000\"", "\"2026-11-20T21:29:27Z\"", "\"best\"", "\"\\ud83d\\ude00\"",
    ];

    public static string Next(string file, Guid[] users, ref DeterministicRandom random)
    {
        JsonObject root = JsonNode.Parse(file)!.AsObject();
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            JsonArray[] parts = [.. root.Select(p => p.Value).OfType<JsonArray>().Where(p => p.Count > 0)];
            if (parts.Length == 0)
            {
                break;
            }
            JsonArray part = parts[random.Next(0, parts.Length)];
            Change(root, part, users, ref random);
        }
        return root.ToJsonString();
    }

    private static void Change(JsonObject root, JsonArray part, Guid[] users, ref DeterministicRandom random)
    {
        JsonObject row = part[random.Next(0, part.Count)]!.AsObject();
        string[] fields = [.. row.Select(f => f.Key)];
        string field = fields.Length == 0 ? "x" : fields[random.Next(0, fields.Length)];
        switch (random.Next(0, 8))
        {
            case 0:
                row.Remove(field);
                break;
            case 1:
                part.Add(row.DeepClone());
                break;
            case 2:
                part.Clear();
                break;
            case 3:
                root.Remove(part.GetPropertyName());
                break;
            case 4:
                row[field] = users[random.Next(0, users.Length)].ToString();
                break;
            default:
                row[field] = JsonNode.Parse(Values[random.Next(0, Values.Length)]);
                break;
        }
    }
}
