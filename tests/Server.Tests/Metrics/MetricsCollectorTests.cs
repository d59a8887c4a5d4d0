using System.Diagnostics.Metrics;

namespace RealtimeServer.Server.Metrics;

public sealed class MetricsCollectorTests : IDisposable
{
    private readonly ScopedMeterFactory _meters = new();
    private readonly MetricsCollector _collector;
    private readonly Meter _meter;

    public MetricsCollectorTests()
    {
        _collector = new MetricsCollector(_meters);
        _meter = _meters.Create(new MeterOptions("RealtimeServer.Test"));
    }

    public void Dispose()
    {
        _collector.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public void Counters_add_up_by_tag()
    {
        Counter<long> counter = _meter.CreateCounter<long>("http.requests", null, "Requests.");
        counter.Add(2);
        counter.Add(3, new KeyValuePair<string, object?>("status", 200));
        counter.Add(4, new KeyValuePair<string, object?>("status", 200));
        counter.Add(1, new KeyValuePair<string, object?>("status", 404));
        PrometheusReading reading = Read();
        Assert.Equal("counter", reading.Types["http_requests_total"]);
        Assert.Equal(2, reading.Samples["http_requests_total"]);
        Assert.Equal(7, reading.Samples["http_requests_total{status=\"200\"}"]);
        Assert.Equal(1, reading.Samples["http_requests_total{status=\"404\"}"]);
    }

    [Fact]
    public void Gauges_and_observed_values_show_the_last_one()
    {
        long watched = 5;
        _meter.CreateObservableGauge("sessions", () => watched);
        _meter.CreateObservableCounter("bytes.in", () => 100.5, "By");
        UpDownCounter<int> count = _meter.CreateUpDownCounter<int>("match.count");
        count.Add(3);
        count.Add(-1);
        Assert.Equal(5, Read().Samples["sessions"]);
        watched = 4;
        PrometheusReading reading = Read();
        Assert.Equal(4, reading.Samples["sessions"]);
        Assert.Equal(100.5, reading.Samples["bytes_in_bytes_total"]);
        Assert.Equal(2, reading.Samples["match_count"]);
        Assert.Equal("gauge", reading.Types["match_count"]);
    }

    [Fact]
    public void Histograms_count_into_growing_buckets()
    {
        Histogram<double> histogram = _meter.CreateHistogram<double>("match.tick.duration", "s");
        foreach (double seconds in new[] { 0.0005, 0.0007, 0.004, 100 })
        {
            histogram.Record(seconds);
        }
        PrometheusReading reading = Read();
        Assert.Equal(1, reading.Samples["match_tick_duration_seconds_bucket{le=\"0.0005\"}"]);
        Assert.Equal(2, reading.Samples["match_tick_duration_seconds_bucket{le=\"0.001\"}"]);
        Assert.Equal(3, reading.Samples["match_tick_duration_seconds_bucket{le=\"0.005\"}"]);
        Assert.Equal(3, reading.Samples["match_tick_duration_seconds_bucket{le=\"10\"}"]);
        Assert.Equal(4, reading.Samples["match_tick_duration_seconds_bucket{le=\"+Inf\"}"]);
        Assert.Equal(4, reading.Samples["match_tick_duration_seconds_count"]);
        Assert.Equal(100.0052, reading.Samples["match_tick_duration_seconds_sum"], 9);
    }

    [Fact]
    public void Another_servers_meters_are_not_counted()
    {
        using ScopedMeterFactory other = new();
        other.Create(new MeterOptions("RealtimeServer.Test")).CreateCounter<long>("theirs").Add(1);
        _meter.CreateCounter<long>("ours").Add(1);
        PrometheusReading reading = Read();
        Assert.True(reading.Samples.ContainsKey("ours_total"));
        Assert.False(reading.Samples.ContainsKey("theirs_total"));
    }

    [Fact]
    public void Odd_tag_values_are_escaped()
    {
        _meter.CreateCounter<long>("odd").Add(1, new KeyValuePair<string, object?>("what", "a\"b\\c\nd"));
        Assert.Contains("odd_total{what=\"a\\\"b\\\\c\\nd\"} 1\n", _collector.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tags_without_end_do_not_fill_memory()
    {
        Counter<long> counter = _meter.CreateCounter<long>("users");
        for (int i = 0; i < 2 * Limits.SeriesMax; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        }
        Assert.Equal(Limits.SeriesMax, Read().Samples.Keys.Count(k => k.StartsWith("users_total{", StringComparison.Ordinal)));
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        Histogram<double> histogram = _meter.CreateHistogram<double>("match.tick.jitter", "s");
        Counter<long> counter = _meter.CreateCounter<long>("match.ticks.slipped");
        Record(histogram, counter, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Record(histogram, counter, 10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Threads_that_record_at_once_lose_nothing()
    {
        Counter<long> counter = _meter.CreateCounter<long>("together");
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                counter.Add(1);
            }
        });
        Assert.Equal(80_000, Read().Samples["together_total"]);
    }

    [Fact]
    public void The_process_itself_is_measured()
    {
        PrometheusReading reading = Read();
        Assert.True(reading.Samples["process_resident_memory_bytes"] > 1_000_000);
        Assert.True(reading.Samples["process_cpu_seconds_total"] > 0);
        Assert.Equal(1, reading.Samples[$"realtime_build_info{{version=\"{ProductVersion.Text}\"}}"]);
    }

    private PrometheusReading Read() => PrometheusReading.Of(_collector.Render());

    private static void Record(Histogram<double> histogram, Counter<long> counter, int times)
    {
        for (int i = 0; i < times; i++)
        {
            histogram.Record(0.0001 * (i % 50));
            counter.Add(1);
        }
    }
}
