using System.Net;
using System.Text;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Server.Content;
using RealtimeServer.Server.Settings;

namespace RealtimeServer.Server.Start;

/// <summary>What a person sees who starts the server: where everything is, and a first call that works when pasted.</summary>
internal static class StartScreen
{
    public static string Of(ServerSettings settings, IPEndPoint http, IPEndPoint grpc, IPEndPoint udp, string database, MapLibrary maps)
    {
        bool tls = settings.TlsCertificate.Length > 0;
        Uri address = HttpAddress(http, tls);
        StringBuilder text = new();
        text.Append("RealtimeServer ").Append(ProductVersion.Text).Append(", node ").AppendLine(settings.Node);
        text.AppendLine();
        Line(text, "game clients", $"{udp}/udp (reliable UDP)");
        Line(text, "HTTP", $"{address} (REST, WebSocket /ws, /metrics)");
        Line(text, "gRPC", $"{grpc}/tcp{(tls ? " with TLS" : ", clear text")}");
        Line(text, "try the API", $"{address}api/ (OpenAPI: {address}openapi.json)");
        Line(text, "reserved", $"{settings.ConsolePort}/tcp for the console; nothing listens there yet");
        Line(text, "admin key", settings.AdminKey.Length > 0 ? "as set" : Path.GetFullPath(Path.Combine(settings.DataFolder, Composition.AdminKeyFile)));
        Line(text, "database", database);
        Line(text, "maps", $"{string.Join(", ", maps.Names)} from {maps.Folder}");
        foreach (MapException refused in maps.Refused)
        {
            Line(text, "map refused", refused.Message);
        }
        Line(text, "demo", settings.Demo ? $"{address}demo/" : "off (--demo true)");
        if (settings.ListensBeyondLoopback && settings.HasDefaultSecrets)
        {
            Line(text, "INSECURE", "other machines can reach this server and its server key is the default one: anybody can sign in");
        }
        text.AppendLine();
        text.AppendLine("A first call, which signs a device in:");
        text.Append("  ").AppendLine(FirstCall(address, settings.ServerKey));
        text.AppendLine();
        text.AppendLine("Ctrl+C stops.");
        return text.ToString();
    }

    /// <summary>The curl command of the start screen.</summary>
    public static string FirstCall(Uri address, string serverKey)
    {
        string credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(serverKey + ":"));
        return $"curl -X POST {address}v2/account/authenticate/device -H 'Authorization: Basic {credentials}' -d '{{\"id\":\"my-first-device\"}}'";
    }

    /// <summary>Where this machine itself reaches the server.</summary>
    public static Uri HttpAddress(IPEndPoint http, bool tls)
    {
        IPAddress address = http.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : http.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : http.Address;
        return new Uri($"{(tls ? "https" : "http")}://{new IPEndPoint(address, http.Port)}/");
    }

    private static void Line(StringBuilder text, string name, string value) => text.Append("  ").Append(name.PadRight(14)).AppendLine(value);
}
