using System.Text.Encodings.Web;
using System.Text.Json;

namespace RealtimeServer.Services.Notifications;

/// <summary>The content of notifications: a JSON object of texts.</summary>
public static class NotificationContent
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(params IEnumerable<(string Name, string Value)> fields) =>
        JsonSerializer.Serialize(new SortedDictionary<string, string>(fields.ToDictionary(f => f.Name, f => f.Value), StringComparer.Ordinal), Readable);
}
