using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RealtimeServer.Bench.Companion;

/// <summary>
/// One keep-alive connection that sends a request, reads its answer, and sends the next. It does as little as a client can, for it shares
/// the server's cores.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>What was asked, in the order of the answers.</summary>
    public List<LoadCall> Calls { get; } = new(1 << 18);

    public long Refused { get; private set; }

    /// <summary>The first answer that was not 200, for who has to find out why.</summary>
    public string? FirstRefusal { get; private set; }

    /// <summary>The last answer's body.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    public Task ConnectAsync(IPEndPoint server) => _socket.ConnectAsync(server);

    /// <summary>Sends requests until the time is up.</summary>
    /// <param name="next">The bytes of the next request.</param>
    /// <param name="until">A timestamp.</param>
    /// <param name="pace">Timestamps from one request to the next; 0: the next follows the answer.</param>
    /// <param name="due">When the first is due, where there is a pace. One that is late is counted from when it was due.</param>
    public async Task RunAsync(Func<ReadOnlyMemory<byte>> next, long until, long pace = 0, long due = 0)
    {
        long now = Stopwatch.GetTimestamp();
        while (now < until)
        {
            // A request that waits for the one before it is the server's fault, an alarm that rings late the machine's.
            long started = pace > 0 ? due : now;
            if (pace > 0 && due > now)
            {
                await Task.Delay(Stopwatch.GetElapsedTime(now, due)).ConfigureAwait(false);
                started = Stopwatch.GetTimestamp();
            }
            due += pace;
            await AskAsync(next()).ConfigureAwait(false);
            now = Stopwatch.GetTimestamp();
            Calls.Add(new LoadCall(now, now - started));
        }
    }

    public async ValueTask AskAsync(ReadOnlyMemory<byte> request)
    {
        await _socket.SendAsync(request).ConfigureAwait(false);
        int have = 0;
        int whole = -1;
        while (have != whole)
        {
            int read = await _socket.ReceiveAsync(_buffer.AsMemory(have)).ConfigureAwait(false);
            if (read == 0)
            {
                throw new IOException("The server closed the connection.");
            }
            have += read;
            whole = whole < 0 ? Whole(_buffer.AsSpan(0, have)) : whole;
        }
        if (!_buffer.AsSpan().StartsWith("HTTP/1.1 200 "u8))
        {
            Refused++;
            FirstRefusal ??= System.Text.Encoding.UTF8.GetString(_buffer, 0, have);
        }
    }

    public void Dispose() => _socket.Dispose();

    // The length of head and body once the head is there, else -1.
    private int Whole(ReadOnlySpan<byte> answer)
    {
        int head = answer.IndexOf("\r\n\r\n"u8) + 4;
        int field = answer.IndexOf("Content-Length: "u8);
        if (head < 4 || field < 0 || !Utf8Parser.TryParse(answer[(field + 16)..], out int length, out _))
        {
            return -1;
        }
        Body = _buffer.AsMemory(head, length);
        return head + length;
    }
}

/// <summary>One request.</summary>
/// <param name="Ended">A timestamp of <see cref="Stopwatch"/>.</param>
/// <param name="Latency">In its ticks.</param>
internal readonly record struct LoadCall(long Ended, long Latency);
