using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using RealtimeServer.Transport;

namespace RealtimeServer.Bench.Echo;

/// <summary>One client of an echo server.</summary>
internal sealed class EchoClient : IClientEvents, IDisposable
{
    private readonly UdpClient _udp;
    private readonly byte[] _message;
    private readonly DeliveryMethod _method;
    private readonly bool _answersAtOnce;
    private int _inFlight;
    private long _nextAt;
    private long _period;

    public EchoClient(EchoArguments arguments, IPEndPoint server, int number)
    {
        _method = arguments.Method;
        _answersAtOnce = arguments.Rate == 0;
        _message = new byte[arguments.Bytes];
        BinaryPrimitives.WriteInt32LittleEndian(_message.AsSpan(8), number);
        var connection = new ConnectionSettings { IdlePingMilliseconds = arguments.IdlePingMilliseconds };
        var options = new UdpClientOptions { SpeakVersion1 = arguments.Version1, SocketBufferBytes = 64 * 1024, Connection = connection };
        _udp = new UdpClient(options, TimeProvider.System);
        _udp.Connect(server, ConnectData.FromString(EchoServer.Key));
    }

    public bool IsConnected => _udp.IsConnected;

    /// <summary>Of each message, from being sent to being back.</summary>
    public List<double> Milliseconds { get; } = [];

    public void Begin(long at, long period, int inFlight)
    {
        _nextAt = at;
        _period = period;
        for (; _inFlight < inFlight; _inFlight++)
        {
            Send();
        }
    }

    public void Forget() => Milliseconds.Clear();

    public void Poll()
    {
        if (!_answersAtOnce && _period < long.MaxValue / 2 && Stopwatch.GetTimestamp() >= _nextAt)
        {
            _nextAt += _period;
            Send();
        }

        _udp.Poll(this);
    }

    public void Dispose() => _udp.Dispose();

    void IClientEvents.Connected()
    {
        // The run begins when all are.
    }

    void IClientEvents.Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
        if (payload.Length == _message.Length)
        {
            Milliseconds.Add(Stopwatch.GetElapsedTime(BinaryPrimitives.ReadInt64LittleEndian(payload)).TotalMilliseconds);
            if (_answersAtOnce)
            {
                Send();
            }
        }
    }

    void IClientEvents.Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) => Console.Error.WriteLine($"a client was disconnected: {reason}");

    private void Send()
    {
        BinaryPrimitives.WriteInt64LittleEndian(_message, Stopwatch.GetTimestamp());
        _udp.Send(_method, 0, _message);
    }
}
