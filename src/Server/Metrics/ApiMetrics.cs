using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Server.Metrics;

internal enum ApiDoorKind
{
    Rest,
    Grpc,
}

/// <summary>
/// Calls of the API: count by method and code, latency by method. Kept by itself rather than by instruments with tags: a method's
/// numbers are found by the method, where the tags of a hundred methods and seventeen codes would be searched.
/// </summary>
internal sealed class ApiMetrics
{
    private static readonly double[] Bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
    private static readonly string[] CodeNames = [.. Enum.GetNames<ApiCode>()];

    private readonly FrozenDictionary<MethodDescriptor, MethodSeries>[] _methods;
    private readonly MethodSeries[] _unknown;
    private readonly TimeProvider _time;
    private readonly ServerLog _log;

    public ApiMetrics(IEnumerable<ApiMethod> methods, TimeProvider time, ServerLog log)
    {
        MethodDescriptor[] all = [.. methods.Select(static m => m.Descriptor)];
        _methods = [.. Enum.GetValues<ApiDoorKind>().Select(door => all.ToFrozenDictionary(static m => m, m => new MethodSeries(door, m.Name)))];
        _unknown = [.. Enum.GetValues<ApiDoorKind>().Select(static door => new MethodSeries(door, "unknown"))];
        _time = time;
        _log = log;
    }

    /// <summary>The moment a request began, for <see cref="Ended"/>.</summary>
    public long Start() => _time.GetTimestamp();

    /// <summary>Counts an answer. Takes no lock and allocates nothing, unless each request is logged.</summary>
    public void Ended(ApiDoorKind door, ApiMethod? method, ApiStatus status, long started, ApiCaller? caller, ApiOrigin origin)
    {
        TimeSpan elapsed = _time.GetElapsedTime(started);
        MethodSeries series = method is null ? _unknown[(int)door] : _methods[(int)door][method.Descriptor];
        series.Latency.Observe(elapsed.TotalSeconds);
        Interlocked.Increment(ref series.Codes[(int)status.Code]);
        if (_log.WritesRequests)
        {
            _log.Requested(
                door, method?.Descriptor.Name ?? "unknown", status.Code, elapsed.TotalMilliseconds, caller?.UserId.ToString() ?? "-", origin.Address, origin.RequestId);
        }
    }

    /// <summary>Writes what was called at least once.</summary>
    public void Write(PrometheusText text)
    {
        MethodSeries[] called = [.. _methods.SelectMany(static m => m.Values).Concat(_unknown).Where(static s => s.Latency.Value > 0)];
        text.Head("api_requests_total", MetricKind.Counter, "Calls answered, by door, method and code.");
        foreach (MethodSeries series in called)
        {
            for (int code = 0; code < series.Codes.Length; code++)
            {
                if (Interlocked.Read(ref series.Codes[code]) is > 0 and long count)
                {
                    text.Sample("api_requests_total", "", $"{series.Labels},{PrometheusText.Label("code", CodeNames[code])}", count);
                }
            }
        }
        text.Head("api_latency_seconds", MetricKind.Histogram, "Time from a request's head to its answer, by door and method.");
        foreach (MethodSeries series in called)
        {
            text.Histogram("api_latency_seconds", Bounds, series.Latency);
        }
    }

    private sealed class MethodSeries
    {
        public MethodSeries(ApiDoorKind door, string method)
        {
            string doorName = door == ApiDoorKind.Rest ? "rest" : "grpc";
            Latency = new Series([new KeyValuePair<string, object?>("door", doorName), new KeyValuePair<string, object?>("method", method)], Bounds);
            Labels = $"{PrometheusText.Label("door", doorName)},{PrometheusText.Label("method", method)}";
        }

        public string Labels { get; }

        public Series Latency { get; }

        public long[] Codes { get; } = new long[CodeNames.Length];
    }
}
