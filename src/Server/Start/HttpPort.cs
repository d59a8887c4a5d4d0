using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace RealtimeServer.Server.Start;

/// <summary>
/// Kestrel with nothing around it: no configuration, routing or middleware of the framework's own, which would read settings of other
/// names and take time at the start.
/// </summary>
internal sealed class HttpPort : IAsyncDisposable
{
    private readonly ILoggerFactory _logs;
    private WebApplication? _app;

    public HttpPort(ILoggerFactory logs)
    {
        _logs = logs;
    }

    /// <summary>Starts to listen and returns the address it listens on.</summary>
    /// <exception cref="StartException">The port is taken or not allowed.</exception>
    public async Task<IPEndPoint> StartAsync(IPEndPoint bind, RequestDelegate handler)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(_logs);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => Configure(options, bind));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(handler);
        try
        {
            await _app.StartAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException or AddressInUseException)
        {
            throw PortRefusal.Of(exception, bind, "TCP", "http:port");
        }
        return new IPEndPoint(bind.Address, new Uri(_app.Urls.First()).Port);
    }

    /// <summary>Stops to listen; requests under way get some seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_app is null)
        {
            return;
        }
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(Limits.StopSeconds));
        await _app.StopAsync(limit.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private static void Configure(KestrelServerOptions options, IPEndPoint bind)
    {
        options.Listen(bind, static listen => listen.Protocols = HttpProtocols.Http1);
        options.AddServerHeader = false;
        // RestDoor counts for itself, to word the refusal as clients know it.
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MaxRequestLineSize = Limits.RequestHeadBytesMax;
        options.Limits.MaxRequestHeadersTotalSize = Limits.RequestHeadBytesMax;
        options.Limits.MaxRequestHeaderCount = Limits.HeadersMax;
        options.Limits.MaxConcurrentConnections = Limits.HttpConnectionsMax;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(Limits.RequestHeadSeconds);
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(Limits.KeepAliveSeconds);
    }

    // The program hears signals itself; the framework's own lifetime would stop HTTP before the matches have ended.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
