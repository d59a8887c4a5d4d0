using System.Net.WebSockets;
using System.Text;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Server.Doors.Api;
using RealtimeServer.Server.Metrics;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Hooks;
using RealtimeServer.Services.Realtime;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Server.Doors;

/// <summary>
/// /ws: opens a session for a token and moves envelopes, as JSON or protobuf. With status=true others see the user as online; the
/// parameter lang is told to server code.
/// </summary>
internal sealed class WebSocketDoor
{
    private readonly SessionTokens _tokens;
    private readonly RealtimeService _realtime;
    private readonly ServerMetrics _metrics;
    private readonly ServerCode _code;

    public WebSocketDoor(SessionTokens tokens, RealtimeService realtime, ServerMetrics metrics, ServerCode code)
    {
        _code = code;
        _tokens = tokens;
        _realtime = realtime;
        _metrics = metrics;
    }

    public async Task HandleAsync(HttpContext context, HttpOrigin origin)
    {
        string format = context.Request.Query["format"].ToString();
        if (format is not ("" or "json" or "protobuf"))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "Invalid format parameter").ConfigureAwait(false);
            return;
        }
        TokenOutcome outcome = _tokens.VerifySession(Token(context.Request));
        if (outcome.Claims is not SessionClaims claims || _realtime.IsBanned(claims.UserId))
        {
            // The body is the text Nakama's clients know; which of the reasons it was stands in the header.
            context.Response.Headers.WWWAuthenticate = outcome.Claims is null ? outcome.Reason : CloseReasons.Banned;
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "Missing or invalid token").ConfigureAwait(false);
            return;
        }
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "Bad Request: /ws takes WebSocket connections").ConfigureAwait(false);
            return;
        }
        WebSocketAcceptContext accept = new()
        {
            KeepAliveInterval = TimeSpan.FromSeconds(Limits.SocketPingSeconds),
            KeepAliveTimeout = TimeSpan.FromSeconds(Limits.SocketPongSeconds),
        };
        using WebSocketChannel channel = new(json: format != "protobuf", _metrics);
        bool appearsOnline = context.Request.Query["status"].ToString() is "true" or "1";
        ApiOrigin kept = _code.IsUsed ? origin.Kept() : new ApiOrigin(origin.Address, origin.RequestId);
        // Before the client hears that it is connected: from then on it misses nothing.
        OpenOutcome opened = _realtime.Open(claims, channel, appearsOnline: appearsOnline, origin: kept);
        try
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(accept).ConfigureAwait(false);
            await ServeAsync(socket, channel, opened, format != "protobuf").ConfigureAwait(false);
        }
        finally
        {
            opened.Session?.Closed();
        }
    }

    private async Task ServeAsync(WebSocket socket, WebSocketChannel channel, OpenOutcome opened, bool json)
    {
        if (opened.Session is not RealtimeSession session)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, opened.Refusal, channel.Cut).ConfigureAwait(false);
            return;
        }
        Task sending = channel.RunAsync(socket);
        try
        {
            await ReceiveAllAsync(socket, session, channel, json).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException)
        {
            // The connection broke, or was cut: the session ends below as it does after an orderly close.
        }
        finally
        {
            session.Closed();
            channel.Close("");
            await sending.ConfigureAwait(false);
            socket.Abort();
        }
    }

    private async Task ReceiveAllAsync(WebSocket socket, RealtimeSession session, WebSocketChannel channel, bool json)
    {
        // A byte more than allowed tells a message that fits from one that does not.
        byte[] buffer = new byte[Limits.SocketMessageBytesMax + 1];
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(length), channel.Cut).ConfigureAwait(false);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return;
            }
            length += result.Count;
            if (length > Limits.SocketMessageBytesMax)
            {
                channel.Close(WebSocketCloseStatus.MessageTooBig, "");
            }
            if (channel.IsClosed)
            {
                // Read on, for the client's own close frame, and look at nothing else.
                length = 0;
                continue;
            }
            if (result.EndOfMessage)
            {
                await HandleAsync(session, channel, buffer.AsMemory(0, length), result.MessageType, json).WaitAsync(channel.Cut).ConfigureAwait(false);
                length = 0;
            }
        }
    }

    private Task HandleAsync(
        RealtimeSession session, WebSocketChannel channel, ReadOnlyMemory<byte> message, WebSocketMessageType type, bool json)
    {
        _metrics.SocketMessage();
        if ((type == WebSocketMessageType.Text) != json)
        {
            channel.Close(CloseReasons.WrongFrameType);
            return Task.CompletedTask;
        }
        bool read = json
            ? EnvelopeCodec.TryReadJson(message.Span, out Envelope? envelope)
            : EnvelopeCodec.TryReadBinary(message.Span, out envelope);
        if (read)
        {
            return session.Receive(envelope!);
        }
        session.ReceiveMalformed();
        return Task.CompletedTask;
    }

    private static string Token(HttpRequest request)
    {
        const string scheme = "Bearer ";
        string token = request.Query["token"].ToString();
        string authorization = request.Headers.Authorization.ToString();
        return token.Length == 0 && authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? authorization[scheme.Length..].Trim() : token;
    }

    private static Task RefuseAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted).AsTask();
    }
}
