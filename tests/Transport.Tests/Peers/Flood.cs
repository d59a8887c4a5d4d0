using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RealtimeServer.Transport.Peers;

/// <summary>A thread that sends at a steady pace, a batch at a time, with what the processors have left over.</summary>
internal sealed partial class Flood : IDisposable
{
    private const int NicestOfAll = 19;
    private readonly Thread _thread;
    private volatile bool _stopping;
    private long _sent;

    public Flood(ForgedAddresses attacker, int perSecond)
    {
        _thread = new Thread(() =>
        {
            // Of this thread alone.
            _ = SetPriority(0, 0, NicestOfAll);
            long start = Stopwatch.GetTimestamp();
            while (!_stopping)
            {
                long due = (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond);
                if (_sent < due)
                {
                    _sent += attacker.Send((int)Math.Min(due - _sent, 1_000));
                }
                else
                {
                    // Not spinning: the server needs the processor, too.
                    Thread.Sleep(1);
                }
            }
        });
        _thread.Start();
    }

    public long Stop()
    {
        _stopping = true;
        _thread.Join();
        return _sent;
    }

    public void Dispose() => Stop();

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int nice);
}
