using System.Diagnostics;
using System.Globalization;
using System.Net;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Bench;

/// <summary>
/// What a datagram costs the system, sent and received on loopback: one by one, by the batch, and by the batch with several to one peer, which leave
/// as one message. All rows are measured in turn, over and over; the best and the middle round of each are shown.
/// </summary>
internal sealed class SocketBenchmark(TextWriter output)
{
    private const int Peers = 64;
    private const int DatagramsEach = 8;
    private const int BufferBytes = 4 * 1024 * 1024;
    private static readonly int[] Sizes = [64, 1200];
    private readonly List<Row> _rows = [];
    private readonly List<IDatagramSocket> _sockets = [];

    public void Run(BenchArguments arguments)
    {
        IDatagramSocket[] peers = [.. Enumerable.Range(0, Peers).Select(_ => Open(portable: true))];
        PeerAddress[] addresses = [.. peers.Select(peer => PeerAddress.Of(peer.LocalEndPoint))];
        foreach (int size in Sizes)
        {
            AddSend("send, one by one", size, Open(portable: true), (peers, addresses), together: true);
            AddSend("send, batches", size, Open(portable: false), (peers, addresses), together: false);
            AddSend("send, batches, eight to each peer", size, Open(portable: false), (peers, addresses), together: true);
            AddReceive("receive, one by one", size, Open(portable: true), Open(portable: true));
            AddReceive("receive, batches", size, Open(portable: false), Open(portable: true));
            AddReceive("receive, batches, eight of one peer", size, Open(portable: false), Open(portable: false));
        }

        long end = Stopwatch.GetTimestamp() + (long)(arguments.Seconds * Stopwatch.Frequency);
        do
        {
            _rows.ForEach(row => row.Measure());
        }
        while (Stopwatch.GetTimestamp() < end);

        output.WriteLine($"{"nanoseconds a datagram",-38} {"bytes",6} {"best",7} {"p50",7}");
        foreach (Row row in _rows)
        {
            (double best, double middle) = row.Result();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-38} {row.Bytes,6} {best,7:N0} {middle,7:N0}"));
        }

        _sockets.ForEach(socket => socket.Dispose());
    }

    private static int Drain(IDatagramSocket socket)
    {
        int total = 0;
        for (int count = socket.Receive(); count > 0; count = socket.Receive())
        {
            total += count;
        }

        return total;
    }

    private IDatagramSocket Open(bool portable)
    {
        IDatagramSocket socket = DatagramSocket.Open(new DatagramSocketOptions(new IPEndPoint(IPAddress.Loopback, 0), BufferBytes, portable));
        _sockets.Add(socket);
        return socket;
    }

    /// <param name="together">All of a peer after each other, or everybody's first, then everybody's second.</param>
    private void AddSend(string name, int size, IDatagramSocket sender, (IDatagramSocket[] Sockets, PeerAddress[] Addresses) peers, bool together)
    {
        byte[] datagram = new byte[size];
        _rows.Add(new Row(name, size, () =>
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Peers * DatagramsEach; i++)
            {
                sender.Send(in peers.Addresses[together ? i / DatagramsEach : i % Peers], datagram);
            }

            sender.Flush();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            return (seconds, peers.Sockets.Sum(Drain));
        }));
    }

    private void AddReceive(string name, int size, IDatagramSocket receiver, IDatagramSocket sender)
    {
        byte[] datagram = new byte[size];
        PeerAddress to = PeerAddress.Of(receiver.LocalEndPoint);
        _rows.Add(new Row(name, size, () =>
        {
            for (int i = 0; i < Peers * DatagramsEach; i++)
            {
                sender.Send(in to, datagram);
                if (i % DatagramsEach == DatagramsEach - 1)
                {
                    sender.Flush();
                }
            }

            long start = Stopwatch.GetTimestamp();
            int count = Drain(receiver);
            return (Stopwatch.GetElapsedTime(start).TotalSeconds, count);
        }));
    }

    private sealed class Row(string name, int bytes, Func<(double Seconds, int Count)> round)
    {
        private readonly List<double> _nanoseconds = [];

        public string Name => name;

        public int Bytes => bytes;

        /// <exception cref="InvalidOperationException">Datagrams were lost: the time would be that of others.</exception>
        public void Measure()
        {
            (double seconds, int count) = round();
            _nanoseconds.Add(count == Peers * DatagramsEach
                ? seconds * 1e9 / count
                : throw new InvalidOperationException($"{name}, {bytes} B: {count} of {Peers * DatagramsEach} datagrams arrived"));
        }

        public (double Best, double Middle) Result()
        {
            _nanoseconds.Sort();
            return (_nanoseconds[0], _nanoseconds[_nanoseconds.Count / 2]);
        }
    }
}
