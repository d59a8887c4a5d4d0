using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics.DebugDraw;
using RealtimeServer.Server.Content;

namespace RealtimeServer.Server.Doors;

/// <summary>What the demo page tells a browser that opens it.</summary>
/// <param name="MatchId">Null while the demo match is between two runs: ask again.</param>
internal sealed record DemoConfig(string ServerKey, string? MatchId, string Game, string Map, int UdpPort, string Node, string Version);

/// <summary>What the demo's pages show of the server's own view.</summary>
/// <param name="Bodies">Draws the arena's bodies; null in the task while it does not run.</param>
/// <param name="Navigation">Draws how the units of lanes find their way, and a flow field to a cell; null in the task while none run.</param>
internal sealed record DemoPictures(Func<DebugLayers, Task<byte[]?>> Bodies, Func<NavigationLayers, Cell, Task<byte[]?>> Navigation);

/// <summary>
/// The demo's pages: /demo/ from the folder wwwroot/demo, /demo/config.json, /demo/physics.bin (what the server sees of the arena's bodies),
/// /demo/navigation.bin (how the units of lanes find their way), and /maps/NAME.json.
/// </summary>
internal sealed class DemoDoor
{
    private const string Prefix = "/demo/";

    private readonly MapLibrary _maps;
    private readonly Func<string, DemoConfig?>? _config;
    private readonly DemoPictures? _pictures;
    private readonly ConditionalWeakTable<GameMap, StaticContent> _mapJson = []; // a map that is replaced takes its text with it
    private readonly StaticFolder _files;

    /// <param name="folder">The folder of the page's files.</param>
    /// <param name="config">Null when the demo is switched off: only maps are served then.</param>
    /// <param name="pictures">Null when the demo is switched off.</param>
    public DemoDoor(string folder, MapLibrary maps, Func<string, DemoConfig?>? config, DemoPictures? pictures)
    {
        _pictures = pictures;
        _maps = maps;
        _config = config;
        _files = new StaticFolder(folder);
    }

    /// <summary>Serves a path of the demo; false when there is nothing of that name.</summary>
    public async Task<bool> TryHandleAsync(HttpContext context, string path)
    {
        if (path.StartsWith("/maps/", StringComparison.Ordinal))
        {
            return await TryMapAsync(context, path["/maps/".Length..]).ConfigureAwait(false);
        }
        if (_config is null)
        {
            return false;
        }
        if (path == "/demo")
        {
            context.Response.Redirect(Prefix);
            return true;
        }
        if (path == Prefix + "config.json")
        {
            return await TryConfigAsync(context, _config(context.Request.Query["game"].ToString())).ConfigureAwait(false);
        }
        if (path == Prefix + "physics.bin" && _pictures is not null)
        {
            return await TryPictureAsync(context, _pictures.Bodies((DebugLayers)Asked(context) & DebugLayers.All)).ConfigureAwait(false);
        }
        if (path == Prefix + "navigation.bin" && _pictures is not null)
        {
            return await TryPictureAsync(context, _pictures.Navigation((NavigationLayers)Asked(context) & NavigationLayers.All, Goal(context))).ConfigureAwait(false);
        }
        string name = path == Prefix ? "index.html" : path[Prefix.Length..];
        return await _files.TryHandleAsync(context, name).ConfigureAwait(false);
    }

    private async Task<bool> TryMapAsync(HttpContext context, string file)
    {
        const string ending = ".json";
        if (!file.EndsWith(ending, StringComparison.Ordinal) || !_maps.TryGet(file[..^ending.Length], out GameMap? map))
        {
            return false;
        }
        StaticContent content = _mapJson.GetValue(map, static m => StaticContent.Of(MapJson.Write(m), "application/json"));
        context.Response.Headers.AccessControlAllowOrigin = "*";
        await content.WriteAsync(context).ConfigureAwait(false);
        return true;
    }

    // Which layers the query asks for; all if it does not say.
    private static byte Asked(HttpContext context) => byte.TryParse(context.Request.Query["layers"].ToString(), out byte asked) ? asked : byte.MaxValue;

    private static Cell Goal(HttpContext context)
    {
        string[] parts = context.Request.Query["goal"].ToString().Split(',');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int x)
            && int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int y) ? new Cell(x, y) : default;
    }

    private static async Task<bool> TryPictureAsync(HttpContext context, Task<byte[]?> drawn)
    {
        if (await drawn.ConfigureAwait(false) is not { } picture)
        {
            return false;
        }
        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = picture.Length;
        await context.Response.BodyWriter.WriteAsync(picture, context.RequestAborted).ConfigureAwait(false);
        return true;
    }

    private static async Task<bool> TryConfigAsync(HttpContext context, DemoConfig? config)
    {
        if (config is null)
        {
            return false;
        }
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using Utf8JsonWriter writer = new(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("serverKey"u8, config.ServerKey);
        writer.WriteString("matchId"u8, config.MatchId);
        writer.WriteString("game"u8, config.Game);
        writer.WriteString("map"u8, config.Map);
        writer.WriteNumber("udpPort"u8, config.UdpPort);
        writer.WriteString("node"u8, config.Node);
        writer.WriteString("version"u8, config.Version);
        writer.WriteEndObject();
        return true;
    }
}
