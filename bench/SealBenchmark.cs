using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using RealtimeServer.Transport;
using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Tokens;

namespace RealtimeServer.Bench;

/// <summary>
/// What a packet layer adds to a datagram each way, and what opening a connect token costs. All rows are measured in turn, over and over; the
/// best and the middle round of each are shown.
/// </summary>
internal sealed class SealBenchmark(TextWriter output)
{
    /// <summary>Operations of a round: fewer than a key opens warily after a forgery.</summary>
    private const int Operations = 1_000;

    private const ulong ServerId = 1;
    private static readonly int[] Sizes = [64, 200, 1200];
    private readonly List<Row> _rows = [];

    public void Run(BenchArguments arguments)
    {
        foreach (int size in Sizes)
        {
            AddFramework(size);
            AddLayer("CRC-32C", size, static () => (new Crc32cLayer(), new Crc32cLayer()), isForged: false);
            foreach (SealCipher cipher in new[] { SealCipher.Aes256Gcm, SealCipher.ChaCha20Poly1305 }.Where(SealKey.IsSupported))
            {
                SealKeys keys = TokenSealer.NewSeal(cipher);
                AddLayer($"{cipher}", size, () => (new SealedLayer(keys, 1, isClient: true), new SealedLayer(keys, 1, isClient: false)), isForged: false);
                AddLayer($"{cipher}, forged", size, () => (new SealedLayer(keys, 1, isClient: true), new SealedLayer(keys, 1, isClient: false)), isForged: true);
            }
        }

        AddToken();
        long end = Stopwatch.GetTimestamp() + (long)(arguments.Seconds * Stopwatch.Frequency);
        do
        {
            foreach (Row row in _rows)
            {
                row.Measure();
            }
        }
        while (Stopwatch.GetTimestamp() < end);

        output.WriteLine($"{"operation",-32} {"bytes",6} {"best",9} {"p50",9}");
        foreach (Row row in _rows)
        {
            (double best, double middle) = row.Result();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-32} {row.Bytes,6} {best,6:F3} us {middle,6:F3} us"));
        }
    }

    /// <summary>The bare cipher of the framework: what no layer can be cheaper than.</summary>
    private void AddFramework(int size)
    {
        var aes = new AesGcm(RandomNumberGenerator.GetBytes(SealKeys.KeyBytes), SealKey.TagBytes);
        byte[] nonce = new byte[12];
        byte[] plain = new byte[size];
        byte[] cipher = new byte[size];
        byte[] tag = new byte[SealKey.TagBytes];
        _rows.Add(new Row("framework's AES-256-GCM", size, () =>
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Operations; i++)
            {
                aes.Encrypt(nonce, plain, cipher, tag);
            }

            return Stopwatch.GetElapsedTime(start);
        }));
    }

    private void AddLayer(string name, int size, Func<(PacketLayer From, PacketLayer To)> open, bool isForged)
    {
        (PacketLayer from, PacketLayer to) = open();
        byte[] datagram = RandomNumberGenerator.GetBytes(size);
        byte[] plain = new byte[size + from.OverheadBytes];
        byte[][] wires = [.. Enumerable.Range(0, Operations).Select(_ => new byte[size + from.OverheadBytes])];

        TimeSpan Seal()
        {
            long start = Stopwatch.GetTimestamp();
            foreach (byte[] wire in wires)
            {
                from.Seal(datagram, wire);
            }

            return Stopwatch.GetElapsedTime(start);
        }

        TimeSpan Open()
        {
            if (isForged)
            {
                Seal();
                wires[0][^1] ^= 1;
                to.TryOpen(wires[0], plain, out _);
                wires[0][^1] ^= 1;
            }

            long start = Stopwatch.GetTimestamp();
            foreach (byte[] wire in wires)
            {
                if (!to.TryOpen(wire, plain, out _))
                {
                    throw new InvalidOperationException("A datagram does not open.");
                }
            }

            return Stopwatch.GetElapsedTime(start);
        }

        if (!isForged)
        {
            _rows.Add(new Row($"{name}, seal", size, Seal));
        }

        _rows.Add(new Row($"{name}, open", size, Open));
    }

    private void AddToken()
    {
        var key = new TokenKey(1, RandomNumberGenerator.GetBytes(TokenKey.SecretBytes));
        var sealer = new TokenSealer(key, ServerId);
        var gate = new TokenGate([key], ServerId, TimeProvider.System);
        PeerAddress from = PeerAddress.Of(new IPEndPoint(IPAddress.Loopback, 1000));
        DateTimeOffset expires = DateTimeOffset.UtcNow.AddHours(1);
        byte[] data = ConnectData.FromString(sealer.Seal(new ConnectToken(expires, new byte[128], TokenSealer.NewSeal(SealCipher.Aes256Gcm))));
        byte[] forged = [.. data];
        forged[^3] = (byte)(forged[^3] == 'A' ? 'B' : 'A');
        long connectTime = 0;

        TimeSpan Open(byte[] shown, TokenOutcome expected)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Operations; i++)
            {
                if (gate.TryOpen(shown, in from, ++connectTime, out _) != expected)
                {
                    throw new InvalidOperationException("The gate judges a token otherwise.");
                }
            }

            return Stopwatch.GetElapsedTime(start);
        }

        _rows.Add(new Row("connect token, opened", data.Length, () => Open(data, TokenOutcome.Opened)));
        _rows.Add(new Row("connect token, forged", data.Length, () => Open(forged, TokenOutcome.Forged)));
    }

    private sealed class Row(string name, int bytes, Func<TimeSpan> round)
    {
        private readonly List<double> _microseconds = [];

        public string Name => name;

        public int Bytes => bytes;

        public void Measure() => _microseconds.Add(round().TotalMicroseconds / Operations);

        public (double Best, double Middle) Result()
        {
            _microseconds.Sort();
            return (_microseconds[0], _microseconds[_microseconds.Count / 2]);
        }
    }
}
