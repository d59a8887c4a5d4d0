using System.Net;
using System.Net.Sockets;

namespace RealtimeServer.Services.Data;

/// <summary>Stands between a client and PostgreSQL, and when told so hands a COMMIT on but cuts the connection instead of its answer.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private int _armed;
    private int _cuts;

    public CuttingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Cuts => Volatile.Read(ref _cuts);

    public void CutAfterNextCommit() => Volatile.Write(ref _armed, 1);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (TcpClient server = new())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target);
                Link link = new();
                await Task.WhenAny(
                    PumpAsync(client.GetStream(), server.GetStream(), bytes => link.Sent(bytes, this)),
                    PumpAsync(server.GetStream(), client.GetStream(), _ => link.CutsAnswer(this)));
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
            {
                // One side is gone; the other goes with it.
            }
        }
    }

    /// <param name="ends">Told of each piece before it goes on; true: the connection ends instead.</param>
    private static async Task PumpAsync(NetworkStream from, NetworkStream to, Func<ReadOnlyMemory<byte>, bool> ends)
    {
        byte[] buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer)) > 0 && !ends(buffer.AsMemory(0, read)))
        {
            await to.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private sealed class Link
    {
        private readonly HashSet<string> _commits = [];
        private int _cutting;

        /// <summary>
        /// Sees what the client sends. COMMIT is prepared at its first use (Parse: P, length, name, text) and bound by its name ever
        /// after (Bind: B, length, portal, name).
        /// </summary>
        public bool Sent(ReadOnlyMemory<byte> bytes, CuttingProxy proxy)
        {
            string text = System.Text.Encoding.Latin1.GetString(bytes.Span);
            int parse = text.IndexOf("\0COMMIT\0", StringComparison.Ordinal);
            if (parse > 0)
            {
                int start = text.LastIndexOf('P', parse);
                _commits.Add(text[(start + 5)..parse]);
            }
            bool commits = parse > 0 || _commits.Any(name => name.Length > 0 && text.Contains("\0" + name + "\0", StringComparison.Ordinal));
            if (commits && Interlocked.Exchange(ref proxy._armed, 0) == 1)
            {
                Volatile.Write(ref _cutting, 1);
            }
            return false;
        }

        public bool CutsAnswer(CuttingProxy proxy)
        {
            if (Volatile.Read(ref _cutting) == 0)
            {
                return false;
            }
            Interlocked.Increment(ref proxy._cuts);
            return true;
        }
    }
}
