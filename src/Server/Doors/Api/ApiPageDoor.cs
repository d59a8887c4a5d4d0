using RealtimeServer.Services.Api;

namespace RealtimeServer.Server.Doors.Api;

/// <summary>/openapi.json, the contract as OpenAPI, and /api/, a page to try each call. Both are made of the same descriptors as the doors.</summary>
internal sealed class ApiPageDoor
{
    private const string Prefix = "/api/";

    private readonly StaticFolder _files;
    private readonly Lazy<StaticContent> _document;

    /// <param name="folder">The folder of the page's files.</param>
    /// <param name="methods">What the page shows.</param>
    public ApiPageDoor(string folder, IReadOnlyList<ApiMethod> methods)
    {
        _files = new StaticFolder(folder);
        _document = new Lazy<StaticContent>(() => StaticContent.Of(OpenApi.Write(methods, ProductVersion.Text), "application/json"));
    }

    /// <summary>Serves a path of the page; false when there is nothing of that name.</summary>
    public async Task<bool> TryHandleAsync(HttpContext context, string path)
    {
        if (path == "/openapi.json")
        {
            await _document.Value.WriteAsync(context).ConfigureAwait(false);
            return true;
        }
        if (path == "/api")
        {
            context.Response.Redirect(Prefix);
            return true;
        }
        return path.StartsWith(Prefix, StringComparison.Ordinal)
            && await _files.TryHandleAsync(context, path == Prefix ? "index.html" : path[Prefix.Length..]).ConfigureAwait(false);
    }
}
