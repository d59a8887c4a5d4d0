using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using Google.Protobuf;
using Microsoft.AspNetCore.Http.Features;
using RealtimeServer.Server.Metrics;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Server.Doors.Api;

/// <summary>Moves REST requests between HTTP and <see cref="RestApi"/>, with the headers and limits Nakama's clients know.</summary>
internal sealed class RestDoor
{
    private static readonly ApiStatus TooLarge = new(ApiCode.InvalidArgument, "http: request body too large");
    private static readonly ApiStatus WrongEncoding = new(ApiCode.InvalidArgument, "The request's body is not what its Content-Encoding says.");
    private static readonly ApiStatus TooSlow = new(ApiCode.DeadlineExceeded, "The request took too long.");

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _answer;

    private readonly RestApi _api;
    private readonly ApiMetrics _metrics;
    private readonly TimeSpan _timeMax;

    /// <param name="api">Answers requests.</param>
    /// <param name="metrics">Counts them.</param>
    /// <param name="timeMax">How long a request may take.</param>
    public RestDoor(RestApi api, ApiMetrics metrics, TimeSpan timeMax)
    {
        _api = api;
        _metrics = metrics;
        _timeMax = timeMax;
    }

    public async Task HandleAsync(HttpContext context, ApiOrigin origin)
    {
        long started = _metrics.Start();
        using RequestDeadline deadline = RequestDeadline.Start(_timeMax, context.RequestAborted);
        PreparedCall call = await PrepareAsync(context, deadline).ConfigureAwait(false);
        ApiOutcome outcome = await call.RunAsync(origin, deadline.Token).ConfigureAwait(false);
        ApiStatus status = outcome.Status.Code == ApiCode.Canceled && deadline.IsOver ? TooSlow : outcome.Status;
        _metrics.Ended(ApiDoorKind.Rest, call.Method, status, started, call.Caller, origin);
        Write(context, call.Form, status, outcome.Response);
    }

    /// <summary>Refuses a request that did not get as far as a method.</summary>
    public void Refuse(HttpContext context, ApiStatus status, TimeSpan retryAfter, ApiOrigin origin)
    {
        _metrics.Ended(ApiDoorKind.Rest, null, status, _metrics.Start(), null, origin);
        context.Response.Headers.RetryAfter = Math.Ceiling(Math.Max(1, retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        Write(context, AnswerForm.Message, status, null);
    }

    private async ValueTask<PreparedCall> PrepareAsync(HttpContext context, RequestDeadline deadline)
    {
        HttpRequest request = context.Request;
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return Prepare(request, target, default);
        }
        int most = request.ContentLength > Limits.BodyBytesMax && _api.IsOperators(request.Method, request.Path.Value ?? "/", request.Headers.Authorization)
            ? Limits.OperatorBodyBytesMax
            : Limits.BodyBytesMax;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(most + 1);
        try
        {
            int length = await RequestBody.ReadAsync(request, buffer, most, deadline.Token).ConfigureAwait(false);
            if (length > most)
            {
                // What is left of the body is not worth reading to save a connection.
                context.Response.Headers.Connection = "close";
                return PreparedCall.Refuse(null, TooLarge);
            }
            return Prepare(request, target, buffer.AsSpan(0, length));
        }
        catch (InvalidDataException)
        {
            return PreparedCall.Refuse(null, WrongEncoding);
        }
        catch (BadHttpRequestException exception)
        {
            return PreparedCall.Refuse(null, new ApiStatus(ApiCode.InvalidArgument, exception.Message));
        }
        catch (OperationCanceledException) when (deadline.IsOver)
        {
            context.Response.Headers.Connection = "close";
            return PreparedCall.Refuse(null, TooSlow);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // As it came: the framework decodes the path, and a decoded slash would look like one that separates.
    private PreparedCall Prepare(HttpRequest request, string target, ReadOnlySpan<byte> body)
    {
        string? authorization = request.Headers.Authorization;
        if (!target.StartsWith('/'))
        {
            return _api.Prepare(request.Method, request.Path.Value ?? "/", request.QueryString.Value.AsSpan().TrimStart('?'), authorization, body);
        }
        int question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0
            ? _api.Prepare(request.Method, target, default, authorization, body)
            : _api.Prepare(request.Method, target[..question], target.AsSpan(question + 1), authorization, body);
    }

    // Nothing is awaited: the answer is written to Kestrel's own buffer, which it sends when the request ends.
    private static void Write(HttpContext context, AnswerForm form, ApiStatus status, IMessage? response)
    {
        ArrayBufferWriter<byte> json = Buffer();
        RestApi.Write(form, status, response, json);
        HttpResponse answer = context.Response;
        answer.StatusCode = status.HttpStatus;
        answer.ContentType = "application/json";
        if (form == AnswerForm.UnwrappedFunction && status.IsOk)
        {
            // What a function makes of a body is most likely of the body's own kind.
            answer.ContentType = context.Request.ContentType ?? "text/plain";
            answer.Headers.XContentTypeOptions = "nosniff";
        }
        answer.Headers.CacheControl = "no-store, no-cache, must-revalidate";
        if (status.Code == ApiCode.Unauthenticated)
        {
            answer.Headers.WWWAuthenticate = status.Message;
        }
        if (json.WrittenCount >= Limits.CompressedBytesMin && context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            WriteCompressed(answer, json.WrittenSpan);
            return;
        }
        answer.ContentLength = json.WrittenCount;
        answer.BodyWriter.Write(json.WrittenSpan);
    }

    private static void WriteCompressed(HttpResponse answer, ReadOnlySpan<byte> json)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(json);
        }
        answer.Headers.ContentEncoding = "gzip";
        answer.Headers.Vary = "Accept-Encoding";
        answer.ContentLength = packed.Length;
        answer.BodyWriter.Write(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    private static ArrayBufferWriter<byte> Buffer()
    {
        ArrayBufferWriter<byte>? buffer = _answer;
        if (buffer is null || buffer.Capacity > Limits.AnswerBufferKeptBytesMax)
        {
            buffer = _answer = new ArrayBufferWriter<byte>(Limits.AnswerBufferBytes);
        }
        buffer.ResetWrittenCount();
        return buffer;
    }
}
