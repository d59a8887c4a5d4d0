using System.Text;
using RealtimeServer.Server.Metrics;

namespace RealtimeServer.Server.Doors;

/// <summary>GET /metrics: everything the server measures, for Prometheus.</summary>
internal sealed class MetricsDoor
{
    private readonly MetricsCollector _collector;

    public MetricsDoor(MetricsCollector collector)
    {
        _collector = collector;
    }

    public async Task HandleAsync(HttpContext context)
    {
        byte[] text = Encoding.UTF8.GetBytes(_collector.Render());
        context.Response.ContentType = PrometheusText.ContentType;
        context.Response.ContentLength = text.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(text, context.RequestAborted).ConfigureAwait(false);
    }
}
