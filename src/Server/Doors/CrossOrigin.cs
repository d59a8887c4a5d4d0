namespace RealtimeServer.Server.Doors;

/// <summary>
/// Lets pages of other origins call the API, by default of any, as Nakama does: game clients in browsers are served from the game's own
/// site. No cookie authorises anything here, so an origin gains nothing that its visitor did not give it.
/// </summary>
internal sealed class CrossOrigin
{
    public const string Any = "*";

    private readonly HashSet<string>? _origins;

    /// <param name="origins">"*", or origins such as https://play.example.com.</param>
    public CrossOrigin(IReadOnlyCollection<string> origins)
    {
        _origins = origins.Contains(Any) ? null : new HashSet<string>(origins, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Adds the headers a browser asks for; true when that was all, a preflight.</summary>
    public bool Answers(HttpContext context)
    {
        IHeaderDictionary asked = context.Request.Headers;
        if (asked.Origin.Count == 0)
        {
            return false;
        }
        IHeaderDictionary headers = context.Response.Headers;
        if (_origins is not null)
        {
            headers.Vary = "Origin";
            if (!_origins.Contains(asked.Origin.ToString()))
            {
                return IsPreflight(context);
            }
        }
        headers.AccessControlAllowOrigin = _origins is null ? Any : asked.Origin;
        headers.AccessControlExposeHeaders = "X-Request-Id, Retry-After";
        if (!IsPreflight(context))
        {
            return false;
        }
        headers.AccessControlAllowHeaders = "Authorization, Content-Type, User-Agent, X-Request-Id";
        headers.AccessControlAllowMethods = "GET, HEAD, POST, PUT, DELETE";
        headers.AccessControlMaxAge = "600";
        context.Response.StatusCode = StatusCodes.Status200OK;
        return true;
    }

    private static bool IsPreflight(HttpContext context) =>
        HttpMethods.IsOptions(context.Request.Method) && context.Request.Headers.AccessControlRequestMethod.Count > 0;
}
