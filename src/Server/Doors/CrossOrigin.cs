namespace RealtimeServer.Server.Doors;

/// <summary>
/// Lets pages of any origin call the API, as Nakama does: game clients in browsers are served from the game's own site. No cookie
/// authorises anything here, so an origin gains nothing that its visitor did not give it.
/// </summary>
internal static class CrossOrigin
{
    /// <summary>Adds the headers a browser asks for; true when that was all, a preflight.</summary>
    public static bool Answers(HttpContext context)
    {
        IHeaderDictionary asked = context.Request.Headers;
        if (asked.Origin.Count == 0)
        {
            return false;
        }
        IHeaderDictionary headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        if (!HttpMethods.IsOptions(context.Request.Method) || asked.AccessControlRequestMethod.Count == 0)
        {
            return false;
        }
        headers.AccessControlAllowHeaders = "Authorization, Content-Type, User-Agent";
        headers.AccessControlAllowMethods = "GET, HEAD, POST, PUT, DELETE";
        context.Response.StatusCode = StatusCodes.Status200OK;
        return true;
    }
}
