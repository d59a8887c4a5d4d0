using System.Diagnostics;
using System.Net;

namespace RealtimeServer.Bench.Echo;

/// <summary>
/// Many clients on one thread that send to an echo server, ours or another of the same wire, and measure how long each message is under way
/// and what processor time the server's process takes.
/// </summary>
internal sealed class EchoLoad : IDisposable
{
    private readonly EchoArguments _arguments;
    private readonly TextWriter _output;
    private readonly EchoClient[] _clients;

    public EchoLoad(EchoArguments arguments, TextWriter output)
    {
        _arguments = arguments;
        _output = output;
        _clients = new EchoClient[arguments.Clients];
    }

    /// <summary>False if not all clients got in, or some were lost.</summary>
    public bool Run()
    {
        if (!Connect())
        {
            _output.WriteLine("not all clients were admitted");
            return false;
        }

        // Until the program is compiled; with nothing but pings, until the paths' sizes are found, too.
        Play(Math.Min(_arguments.Rate < 0 ? 8 : 2, _arguments.Seconds));
        foreach (EchoClient client in _clients)
        {
            client.Forget();
        }

        ProcessTimes? before = ProcessTimes.Of(_arguments.ProcessId);
        long start = Stopwatch.GetTimestamp();
        Play(_arguments.Seconds);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        ProcessTimes? after = ProcessTimes.Of(_arguments.ProcessId);
        Report(seconds, after is null || before is null ? null : after.Value.Seconds - before.Value.Seconds, after?.ResidentBytes);
        return _clients.All(client => client.IsConnected);
    }

    public void Dispose()
    {
        foreach (EchoClient client in _clients)
        {
            client?.Dispose();
        }
    }

    private bool Connect()
    {
        var server = new IPEndPoint(IPAddress.Loopback, _arguments.Port);
        for (int i = 0; i < _clients.Length; i++)
        {
            _clients[i] = new EchoClient(_arguments, server, i);
            for (int known = Math.Max(0, i - 63); known <= i && i % 64 == 63; known++)
            {
                _clients[known].Poll();
            }
        }

        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < TimeSpan.FromSeconds(60) && !_clients.All(client => client.IsConnected))
        {
            foreach (EchoClient client in _clients)
            {
                client.Poll();
            }
        }

        return _clients.All(client => client.IsConnected);
    }

    private void Play(double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        long period = _arguments.Rate > 0 ? Stopwatch.Frequency / _arguments.Rate : long.MaxValue / 2;
        for (int i = 0; i < _clients.Length; i++)
        {
            _clients[i].Begin(start + (_arguments.Rate > 0 ? period * i / _clients.Length : 0), period, _arguments.Rate == 0 ? _arguments.InFlight : 0);
        }

        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            foreach (EchoClient client in _clients)
            {
                client.Poll();
            }

            if (_arguments.Rate != 0)
            {
                Thread.Sleep(_arguments.Rate < 0 ? 20 : 1);
            }
        }
    }

    private void Report(double seconds, double? cpuSeconds, long? residentBytes)
    {
        double[] times = [.. _clients.SelectMany(client => client.Milliseconds)];
        Array.Sort(times);
        double perSecond = times.Length / seconds;
        _output.WriteLine(FormattableString.Invariant($"clients {_clients.Length}, {perSecond:N0} messages/s echoed in {seconds:F1} s"));
        if (times.Length > 0)
        {
            _output.WriteLine(FormattableString.Invariant(
                $"round trip p50 {times[times.Length / 2]:F2} ms, p99 {times[(int)(times.Length * 0.99)]:F2} ms, max {times[^1]:F1} ms"));
        }

        if (cpuSeconds is double cpu)
        {
            _output.WriteLine(FormattableString.Invariant($"server: {100 * cpu / seconds:F1} % of a core, {residentBytes / 1024.0 / 1024.0:F1} MB"));
        }

        if (cpuSeconds is double spent && times.Length > 0)
        {
            _output.WriteLine(FormattableString.Invariant($"        {1e6 * spent / times.Length:F2} us a message: {times.Length / spent:N0} messages/s a core"));
        }
    }
}
