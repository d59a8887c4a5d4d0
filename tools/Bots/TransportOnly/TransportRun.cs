using System.Diagnostics;
using System.Net;
using RealtimeServer.Transport;

namespace RealtimeServer.Bots.TransportOnly;

/// <summary>Connects all bots, lets them send for a while, waits for the last echoes, and sums up.</summary>
internal sealed class TransportRun(TransportOptions options, Action<string> tell)
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan EchoTime = TimeSpan.FromSeconds(3);
    private readonly List<EchoBot> _bots = [];

    public TransportSummary Run(CancellationToken cancellation)
    {
        Process? process = null;
        IPEndPoint? server = options.Server;
        if (server is null)
        {
            (process, server) = EchoServer.StartProcess();
        }

        try
        {
            return Run(server, process, cancellation);
        }
        finally
        {
            _bots.ForEach(bot => bot.Dispose());
            process?.StandardInput.Close();
            process?.WaitForExit();
            process?.Dispose();
        }
    }

    private TransportSummary Run(IPEndPoint server, Process? process, CancellationToken cancellation)
    {
        Connect(server, cancellation);
        int connected = _bots.Count(bot => bot.IsConnected);
        tell($"{connected} of {options.Connections} connected to {server}");
        TimeSpan serverCpu = CpuOf(process);
        TimeSpan ownCpu = Process.GetCurrentProcess().TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < _bots.Count; i++)
        {
            // Spread over the period, as players are.
            _bots[i].Begin(start + (long)(Stopwatch.Frequency * (double)i / _bots.Count / options.Rate));
        }

        PollUntil(() => Stopwatch.GetElapsedTime(start).TotalSeconds >= options.Seconds, isSending: true, cancellation);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        serverCpu = CpuOf(process) - serverCpu;
        ownCpu = Process.GetCurrentProcess().TotalProcessorTime - ownCpu;
        long answered = _bots.Sum(bot => (long)bot.EchoCount);
        long over = Stopwatch.GetTimestamp();
        PollUntil(
            () => Stopwatch.GetElapsedTime(over) > EchoTime || _bots.TrueForAll(bot => bot.EchoCount >= bot.Sent), isSending: false, cancellation);
        return Summarise(connected, seconds) with
        {
            ServerCpuPercent = process is null ? null : Math.Round(serverCpu.TotalSeconds / seconds * 100, 1),
            ServerCpuMicrosecondsPerMessage = process is null || answered == 0 ? null : Math.Round(serverCpu.TotalMicroseconds / answered, 3),
            BotsCpuPercent = Math.Round(ownCpu.TotalSeconds / seconds * 100, 1),
        };
    }

    private void Connect(IPEndPoint server, CancellationToken cancellation)
    {
        // A few hundred at a time: all at once would overflow the buffer of the server's socket, and each lost request costs half a second.
        const int AtOnce = 200;
        long start = Stopwatch.GetTimestamp();
        while (_bots.Count < options.Connections)
        {
            for (int i = 0; i < AtOnce && _bots.Count < options.Connections; i++)
            {
                _bots.Add(new EchoBot(options, server, _bots.Count));
            }

            PollUntil(
                () => Stopwatch.GetElapsedTime(start) > ConnectTime || _bots.TrueForAll(bot => bot.IsConnected || bot.Ended is not null), isSending: false, cancellation);
        }
    }

    private void PollUntil(Func<bool> done, bool isSending, CancellationToken cancellation)
    {
        while (!done() && !cancellation.IsCancellationRequested)
        {
            long now = Stopwatch.GetTimestamp();
            foreach (EchoBot bot in _bots)
            {
                bot.Poll(now, isSending);
            }

            if (Stopwatch.GetElapsedTime(now).TotalMilliseconds < 1)
            {
                Thread.Sleep(1);
            }
        }
    }

    private TransportSummary Summarise(int connected, double seconds)
    {
        var rtt = new Samples();
        _bots.ForEach(bot => rtt.AddRange(bot.RttMs));
        ConnectionStatistics[] statistics = [.. _bots.Select(bot => bot.Client.Statistics)];
        long sent = _bots.Sum(bot => (long)bot.Sent);
        long echoes = _bots.Sum(bot => (long)bot.EchoCount);
        return new TransportSummary
        {
            Connections = options.Connections,
            Connected = connected,
            RatePerConnection = options.Rate,
            MessageBytes = options.Size,
            Delivery = options.Delivery.ToString(),
            Seconds = Math.Round(seconds, 3),
            MessagesSent = sent,
            MessagesRefused = _bots.Sum(bot => (long)bot.Refused),
            EchoesReceived = echoes,
            EchoesMissing = sent == 0 ? 0 : Math.Round(Math.Max(0, 1 - ((double)echoes / sent)), 6),
            RttMs = Percentiles.Of(rtt),
            RttMsMax = Math.Round(rtt.Max, 3),
            Resends = statistics.Sum(one => one.Resends + one.Copies),
            BytesSent = statistics.Sum(one => one.BytesSent),
            BytesReceived = statistics.Sum(one => one.BytesReceived),
            DatagramsSent = statistics.Sum(one => one.DatagramsSent),
            DatagramsReceived = statistics.Sum(one => one.DatagramsReceived),
            Disconnects = _bots.Count(bot => bot.Ended is not null),
            DisconnectReasons = [.. _bots.Where(bot => bot.Ended is not null).GroupBy(bot => bot.Ended!).Select(same => $"{same.Count()} x {same.Key}")],
            Network = options.Network is null ? null : NetworkSummary.Of(options.Network, _bots.Select(bot => bot.Client.NetworkCounts)),
        };
    }

    private static TimeSpan CpuOf(Process? process)
    {
        process?.Refresh();
        return process?.TotalProcessorTime ?? TimeSpan.Zero;
    }
}
