using RealtimeServer.Server.Doors.Api;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Server.Doors;

/// <summary>Leads each HTTP request to its door by its path; what no other door knows is REST's, which words the refusal.</summary>
internal sealed class FrontDoor
{
    public required RequestGate Gate { get; init; }

    public required CrossOrigin CrossOrigin { get; init; }

    public required Readiness Readiness { get; init; }

    public required RestDoor Rest { get; init; }

    public required GrpcDoor Grpc { get; init; }

    public required WebSocketDoor Sockets { get; init; }

    public required MetricsDoor Metrics { get; init; }

    public required HealthDoor Health { get; init; }

    public required DemoDoor Demo { get; init; }

    public required ApiPageDoor ApiPage { get; init; }

    public Task HandleAsync(HttpContext context)
    {
        // Most requests end without waiting for anything; only the others pay for a state machine here.
        Task leading = Lead(context);
        return leading.IsCompletedSuccessfully ? leading : WatchAsync(context, leading);
    }

    private static async Task WatchAsync(HttpContext context, Task leading)
    {
        try
        {
            await leading.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The client went away in the middle; there is nobody left to tell.
        }
    }

    private Task Lead(HttpContext context)
    {
        if (CrossOrigin.Answers(context))
        {
            return Task.CompletedTask;
        }
        if (Readiness.IsStopping && context.Request.Protocol == HttpProtocol.Http11)
        {
            // This one is still served; the next one goes to a server that stays.
            context.Response.Headers.Connection = "close";
        }
        string path = context.Request.Path.Value ?? "/";
        bool reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (reads && HealthDoor.Knows(path))
        {
            return Health.HandleAsync(context, path);
        }
        if (reads && path == "/metrics")
        {
            return Metrics.HandleAsync(context);
        }
        HttpOrigin origin = Gate.Identify(context);
        bool grpc = GrpcDoor.IsFor(context.Request);
        if (!Gate.TryEnter(origin.Address, out TimeSpan wait))
        {
            Refuse(context, grpc, wait, origin);
            return Task.CompletedTask;
        }
        return grpc ? Grpc.HandleAsync(context, origin)
            : path == "/ws" ? Sockets.HandleAsync(context, origin)
            : reads && IsPage(path) ? PageAsync(context, path, origin)
            : Rest.HandleAsync(context, origin);
    }

    private void Refuse(HttpContext context, bool grpc, TimeSpan wait, ApiOrigin origin)
    {
        if (grpc)
        {
            Grpc.Refuse(context, ApiStatus.TooManyRequests, origin);
        }
        else
        {
            Rest.Refuse(context, ApiStatus.TooManyRequests, wait, origin);
        }
    }

    private async Task PageAsync(HttpContext context, string path, ApiOrigin origin)
    {
        if (path == "/")
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
        }
        else if (!await ApiPage.TryHandleAsync(context, path).ConfigureAwait(false) && !await Demo.TryHandleAsync(context, path).ConfigureAwait(false))
        {
            await Rest.HandleAsync(context, origin).ConfigureAwait(false);
        }
    }

    private static bool IsPage(string path) => path is "/" or "/demo" or "/api" or "/openapi.json"
        || path.StartsWith("/demo/", StringComparison.Ordinal)
        || path.StartsWith("/api/", StringComparison.Ordinal)
        || path.StartsWith("/maps/", StringComparison.Ordinal);
}
