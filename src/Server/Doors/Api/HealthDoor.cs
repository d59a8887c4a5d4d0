
namespace RealtimeServer.Server.Doors.Api;

/// <summary>
/// /health/live: the process answers. /health/ready: it also takes requests, that is, its database answers and it is not stopping; a
/// balancer sends nothing to one that is not.
/// </summary>
internal sealed class HealthDoor
{
    private readonly Readiness _readiness;

    public HealthDoor(Readiness readiness)
    {
        _readiness = readiness;
    }

    public static bool Knows(string path) => path is "/health/live" or "/health/ready";

    public async Task HandleAsync(HttpContext context, string path)
    {
        string? reason = path == "/health/live" ? null : await _readiness.ReasonAsync(context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = reason is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(reason is null ? """{"status":"ok"}""" : $$"""{"status":"unavailable","reason":"{{reason}}"}""", context.RequestAborted)
            .ConfigureAwait(false);
    }
}
