using System.Diagnostics;

namespace RealtimeServer.Bench.Echo;

/// <summary>What a process has used so far.</summary>
internal readonly record struct ProcessTimes(double Seconds, long ResidentBytes)
{
    /// <summary>Null for process 0, or one that is gone.</summary>
    public static ProcessTimes? Of(int processId)
    {
        if (processId == 0)
        {
            return null;
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return new ProcessTimes(process.TotalProcessorTime.TotalSeconds, process.WorkingSet64);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
