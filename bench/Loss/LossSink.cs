using System.Diagnostics;
using System.Globalization;
using System.Net;
using RealtimeServer.Transport;

namespace RealtimeServer.Bench.Loss;

/// <summary>What sinks have felt, all connections together.</summary>
/// <param name="MessagesPerSecond">The median of connections, from the sending of the first message to the arrival of the last.</param>
/// <param name="Missing">Messages that had not come when the time was over, or came out of order.</param>
internal readonly record struct LossResult(double P50, double P99, double Max, double MessagesPerSecond, int Missing)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{P50:0.0} {P99:0.0} {Max:0.0} {MessagesPerSecond:0} {Missing}");

    /// <summary>Reads the line a sink prints: five numbers.</summary>
    public static LossResult? TryParse(string line)
    {
        double[] numbers = new double[5];
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < numbers.Length; i++)
        {
            if (words.Length != numbers.Length || !double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return new LossResult(numbers[0], numbers[1], numbers[2], numbers[3], (int)numbers[4]);
    }
}

/// <summary>Our client as the one that receives, many times over on one thread.</summary>
internal sealed class LossSink(int connections, bool speakVersion1, LossTraffic traffic)
{
    public LossResult Run(IPEndPoint server, TimeSpan timeLimit)
    {
        var ends = new End[connections];
        for (int i = 0; i < connections; i++)
        {
            ends[i] = new End(new UdpClient(new UdpClientOptions { SpeakVersion1 = speakVersion1 }, TimeProvider.System), traffic);
            ends[i].Client.Connect(server, ConnectData.FromString(LossTraffic.Key));
        }

        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < timeLimit && Array.Exists(ends, end => !end.IsDone))
        {
            foreach (End end in ends)
            {
                end.Client.Poll(end);
            }

            Thread.Sleep(1);
        }

        foreach (End end in ends)
        {
            end.Client.Disconnect([]);
            end.Client.Dispose();
        }

        var latencies = new Samples(connections * traffic.Count);
        var rates = new Samples(connections);
        foreach (End end in ends)
        {
            end.Latencies.ForEach(latencies.Add);
            rates.Add(end.MessagesPerSecond);
        }

        return new LossResult(
            latencies.Percentile(0.5), latencies.Percentile(0.99), latencies.Percentile(1), rates.Percentile(0.5), (connections * traffic.Count) - latencies.Count);
    }

    private sealed class End(UdpClient client, LossTraffic traffic) : IClientEvents
    {
        private long _firstSentAt;
        private long _lastAt;
        private bool _ended;

        public UdpClient Client => client;

        public List<double> Latencies { get; } = [];

        public bool IsDone => _ended || Latencies.Count == traffic.Count;

        public double MessagesPerSecond => Latencies.Count == 0 ? 0 : Latencies.Count / Stopwatch.GetElapsedTime(_firstSentAt, _lastAt).TotalSeconds;

        public void Connected() => client.Send(DeliveryMethod.ReliableOrdered, 0, traffic.Request());

        public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
        {
            (long sentAt, int number) = LossTraffic.ReadMessage(payload);
            if (number == Latencies.Count)
            {
                _lastAt = Stopwatch.GetTimestamp();
                _firstSentAt = number == 0 ? sentAt : _firstSentAt;
                Latencies.Add(Stopwatch.GetElapsedTime(sentAt, _lastAt).TotalMilliseconds);
            }
        }

        public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) => _ended = true;
    }
}
