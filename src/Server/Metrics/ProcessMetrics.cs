using System.Globalization;

namespace RealtimeServer.Server.Metrics;

/// <summary>What the process itself costs: memory, processor, garbage collection, threads.</summary>
internal static class ProcessMetrics
{
    public static void Write(PrometheusText text)
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        text.Head("realtime_build_info", MetricKind.Gauge, "The version, as a label.");
        text.Sample("realtime_build_info", "", PrometheusText.Label("version", ProductVersion.Text), 1);
        text.Write("process_cpu_seconds_total", MetricKind.Counter, "Processor time used.", Environment.CpuUsage.TotalTime.TotalSeconds);
        text.Write("process_resident_memory_bytes", MetricKind.Gauge, "Memory the system holds for the process.", Environment.WorkingSet);
        text.Write("dotnet_gc_heap_bytes", MetricKind.Gauge, "Managed heap, including what is not collected yet.", GC.GetTotalMemory(false));
        text.Write("dotnet_gc_committed_bytes", MetricKind.Gauge, "Memory the collector holds.", memory.TotalCommittedBytes);
        text.Write("dotnet_gc_allocated_bytes_total", MetricKind.Counter, "Bytes allocated since the start.", GC.GetTotalAllocatedBytes());
        text.Write("dotnet_gc_pause_seconds_total", MetricKind.Counter, "Time the collector stopped every thread.", GC.GetTotalPauseDuration().TotalSeconds);
        text.Head("dotnet_gc_collections_total", MetricKind.Counter, "Collections, by generation.");
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            string label = PrometheusText.Label("generation", generation.ToString(CultureInfo.InvariantCulture));
            text.Sample("dotnet_gc_collections_total", "", label, GC.CollectionCount(generation));
        }
        text.Write("dotnet_threadpool_threads", MetricKind.Gauge, "Threads of the pool.", ThreadPool.ThreadCount);
        text.Write("dotnet_threadpool_queue_length", MetricKind.Gauge, "Work waiting for a thread of the pool.", ThreadPool.PendingWorkItemCount);
    }
}
