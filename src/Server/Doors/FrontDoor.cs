namespace RealtimeServer.Server.Doors;

/// <summary>Leads each HTTP request to its door by its path; what no other door knows is REST's, which words the refusal.</summary>
internal sealed class FrontDoor
{
    private readonly RestDoor _rest;
    private readonly WebSocketDoor _sockets;
    private readonly MetricsDoor _metrics;
    private readonly DemoDoor _demo;

    public FrontDoor(RestDoor rest, WebSocketDoor sockets, MetricsDoor metrics, DemoDoor demo)
    {
        _rest = rest;
        _sockets = sockets;
        _metrics = metrics;
        _demo = demo;
    }

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await LeadAsync(context).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The client went away in the middle; there is nobody left to tell.
        }
    }

    private async Task LeadAsync(HttpContext context)
    {
        if (CrossOrigin.Answers(context))
        {
            return;
        }
        string path = context.Request.Path.Value ?? "/";
        bool reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (path == "/ws")
        {
            await _sockets.HandleAsync(context).ConfigureAwait(false);
        }
        else if (reads && path == "/")
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
        }
        else if (reads && path == "/metrics")
        {
            await _metrics.HandleAsync(context).ConfigureAwait(false);
        }
        else if (!reads || !IsDemo(path) || !await _demo.TryHandleAsync(context, path).ConfigureAwait(false))
        {
            await _rest.HandleAsync(context).ConfigureAwait(false);
        }
    }

    private static bool IsDemo(string path) =>
        path == "/demo" || path.StartsWith("/demo/", StringComparison.Ordinal) || path.StartsWith("/maps/", StringComparison.Ordinal);
}
