using System.Runtime.CompilerServices;
using System.Text.Json;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics.DebugDraw;
using RealtimeServer.Server.Content;

namespace RealtimeServer.Server.Doors;

/// <summary>What the demo page tells a browser that opens it.</summary>
/// <param name="MatchId">Null while the demo match is between two runs: ask again.</param>
internal sealed record DemoConfig(string ServerKey, string? MatchId, string Game, string Map, int UdpPort, string Node, string Version);

/// <summary>
/// The demo's pages: /demo/ from the folder wwwroot/demo, /demo/config.json, /demo/physics.bin (what the server sees of the arena's bodies), and /maps/NAME.json.
/// </summary>
internal sealed class DemoDoor
{
    private const string Prefix = "/demo/";

    private readonly MapLibrary _maps;
    private readonly Func<string, DemoConfig?>? _config;
    private readonly Func<DebugLayers, Task<byte[]?>>? _physics;
    private readonly ConditionalWeakTable<GameMap, StaticContent> _mapJson = []; // a map that is replaced takes its text with it
    private readonly StaticFolder _files;

    /// <param name="folder">The folder of the page's files.</param>
    /// <param name="config">Null when the demo is switched off: only maps are served then.</param>
    /// <param name="physics">Draws the arena's bodies; null when the demo is switched off.</param>
    public DemoDoor(string folder, MapLibrary maps, Func<string, DemoConfig?>? config, Func<DebugLayers, Task<byte[]?>>? physics)
    {
        _physics = physics;
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
        if (path == Prefix + "physics.bin")
        {
            return await TryPictureAsync(context).ConfigureAwait(false);
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

    private async Task<bool> TryPictureAsync(HttpContext context)
    {
        DebugLayers layers = byte.TryParse(context.Request.Query["layers"].ToString(), out byte asked) ? (DebugLayers)asked & DebugLayers.All : DebugLayers.All;
        if (_physics is null || await _physics(layers).ConfigureAwait(false) is not { } picture)
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
