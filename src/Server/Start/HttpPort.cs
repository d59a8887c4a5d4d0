using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace RealtimeServer.Server.Start;

/// <summary>What HTTP listens on.</summary>
/// <param name="Http">REST, WebSocket and pages: HTTP/1.1, with TLS also HTTP/2.</param>
/// <param name="Grpc">gRPC: HTTP/2.</param>
/// <param name="Certificate">Null: clear text.</param>
internal sealed record HttpListening(IPEndPoint Http, IPEndPoint Grpc, X509Certificate2? Certificate);

/// <summary>
/// Kestrel with nothing around it: no configuration, routing or middleware of the framework's own, which would read settings of other
/// names and take time at the start.
/// </summary>
internal sealed class HttpPort : IAsyncDisposable
{
    private readonly ILoggerFactory _logs;
    private WebApplication? _app;
    private ListenOptions? _http;
    private ListenOptions? _grpc;

    public HttpPort(ILoggerFactory logs)
    {
        _logs = logs;
    }

    /// <summary>Seconds that requests under way get when the listener stops.</summary>
    public TimeSpan StopTime { get; init; } = TimeSpan.FromSeconds(Limits.StopSeconds);

    /// <summary>Reads a certificate and its key.</summary>
    /// <exception cref="StartException">A file is not there, or is none.</exception>
    public static X509Certificate2? Certificate(string certificateFile, string keyFile)
    {
        if (certificateFile.Length == 0)
        {
            return null;
        }
        try
        {
            return X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartException($"The certificate {certificateFile} with the key {keyFile} cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>Starts to listen and returns the addresses it listens on.</summary>
    /// <exception cref="StartException">A port is taken or not allowed.</exception>
    public async Task<(IPEndPoint Http, IPEndPoint Grpc)> StartAsync(HttpListening listening, RequestDelegate handler)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(_logs);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => Configure(options, listening));
        builder.WebHost.UseSockets(static sockets =>
        {
            sockets.UnsafePreferInlineScheduling = SocketThreads.AreInline;
            // A buffer of 4 KB for each idle connection, for a system call less a request.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        });
        _app = builder.Build();
        _app.UseWhen(static context => context.Request.Path == "/ws", static branch => branch.UseWebSockets());
        _app.Run(handler);
        try
        {
            await _app.StartAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException or AddressInUseException)
        {
            // Listeners are bound in their order, so one that is bound already is not the one that failed.
            bool grpc = exception.Message.Contains($":{listening.Grpc.Port}:", StringComparison.Ordinal) && listening.Grpc.Port != listening.Http.Port;
            throw PortRefusal.Of(exception, grpc ? listening.Grpc : listening.Http, "TCP", grpc ? "grpc:port" : "http:port");
        }
        return (new IPEndPoint(listening.Http.Address, _http!.IPEndPoint!.Port), new IPEndPoint(listening.Grpc.Address, _grpc!.IPEndPoint!.Port));
    }

    /// <summary>Stops to listen; requests under way get some seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_app is null)
        {
            return;
        }
        using CancellationTokenSource limit = new(StopTime);
        await _app.StopAsync(limit.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private void Configure(KestrelServerOptions options, HttpListening listening)
    {
        options.Listen(listening.Http, listen => _http = Secure(listen, listening.Certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2));
        options.Listen(listening.Grpc, listen => _grpc = Secure(listen, HttpProtocols.Http2));
        options.AddServerHeader = false;
        // RestDoor counts for itself, to word the refusal as clients know it.
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MaxRequestLineSize = Limits.RequestHeadBytesMax;
        options.Limits.MaxRequestHeadersTotalSize = Limits.RequestHeadBytesMax;
        options.Limits.MaxRequestHeaderCount = Limits.HeadersMax;
        options.Limits.MaxConcurrentConnections = Limits.HttpConnectionsMax;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(Limits.RequestHeadSeconds);
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(Limits.KeepAliveSeconds);
        options.Limits.Http2.MaxRequestHeaderFieldSize = Limits.RequestHeadBytesMax;
        options.Limits.Http2.MaxStreamsPerConnection = Limits.StreamsPerConnectionMax;
        options.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(Limits.KeepAliveSeconds);

        ListenOptions Secure(ListenOptions listen, HttpProtocols protocols)
        {
            listen.Protocols = protocols;
            return listening.Certificate is null ? listen : listen.UseHttps(listening.Certificate);
        }
    }

    // The program hears signals itself; the framework's own lifetime would stop HTTP before the matches have ended.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
