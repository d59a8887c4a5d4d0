using System.Buffers;
using System.IO.Pipelines;
using RealtimeServer.Server.Metrics;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Server.Doors.Api;

/// <summary>
/// gRPC over HTTP/2, unary calls: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md. A request is five bytes of head and a
/// message; the answer is the same and a status in the trailers, or a status alone.
/// </summary>
internal sealed class GrpcDoor
{
    private const string ContentType = "application/grpc";

    private static readonly ApiStatus TooSlow = new(ApiCode.DeadlineExceeded, "Deadline exceeded");
    private static readonly ApiStatus BadTimeout = new(ApiCode.Internal, "malformed grpc-timeout");

    private readonly GrpcApi _api;
    private readonly ApiMetrics _metrics;
    private readonly TimeSpan _timeMax;

    /// <param name="api">Answers requests.</param>
    /// <param name="metrics">Counts them.</param>
    /// <param name="timeMax">How long a call may take, whatever its client allows.</param>
    public GrpcDoor(GrpcApi api, ApiMetrics metrics, TimeSpan timeMax)
    {
        _api = api;
        _metrics = metrics;
        _timeMax = timeMax;
    }

    /// <summary>Whether a request is gRPC rather than REST.</summary>
    public static bool IsFor(HttpRequest request) =>
        HttpProtocol.IsHttp2(request.Protocol) && request.ContentType is string type && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase);

    public async Task HandleAsync(HttpContext context, ApiOrigin origin)
    {
        HttpRequest request = context.Request;
        HttpResponse response = context.Response;
        if (!HttpMethods.IsPost(request.Method) || !IsProtobuf(request.ContentType!))
        {
            response.StatusCode = HttpMethods.IsPost(request.Method) ? StatusCodes.Status415UnsupportedMediaType : StatusCodes.Status405MethodNotAllowed;
            return;
        }
        long started = _metrics.Start();
        string? asked = request.Headers["grpc-timeout"];
        bool timely = GrpcText.TryParseTimeout(asked, out TimeSpan time);
        using RequestDeadline deadline = RequestDeadline.Start(asked is not null && timely && time < _timeMax ? time : _timeMax, context.RequestAborted);
        PreparedCall call = timely
            ? await PrepareAsync(context, deadline).ConfigureAwait(false)
            : PreparedCall.Refuse(null, BadTimeout);
        ApiOutcome outcome = await call.RunAsync(origin, deadline.Token).ConfigureAwait(false);
        ApiStatus status = deadline.IsOver ? TooSlow : outcome.Status;
        _metrics.Ended(ApiDoorKind.Grpc, call.Method, status, started, call.Caller, origin);
        response.ContentType = ContentType;
        if (!status.IsOk)
        {
            WriteStatusAlone(response, status);
            return;
        }
        bool compress = request.Headers["grpc-accept-encoding"].ToString().Contains("gzip", StringComparison.Ordinal);
        if (GrpcMessages.Write(outcome.Response!, response.BodyWriter, compress, out bool compressed))
        {
            response.Headers["grpc-encoding"] = compressed ? "gzip" : "identity";
        }
        response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>Refuses a call that did not get as far as a method.</summary>
    public void Refuse(HttpContext context, ApiStatus status, ApiOrigin origin)
    {
        _metrics.Ended(ApiDoorKind.Grpc, null, status, _metrics.Start(), null, origin);
        context.Response.ContentType = ContentType;
        WriteStatusAlone(context.Response, status);
    }

    // "Trailers only": status and headers are one frame, which also ends the stream.
    private static void WriteStatusAlone(HttpResponse response, ApiStatus status)
    {
        response.Headers["grpc-status"] = GrpcText.Code(status.Code);
        response.Headers["grpc-message"] = GrpcText.EncodeMessage(status.Message);
        if (status.Code == ApiCode.Unimplemented)
        {
            response.Headers["grpc-accept-encoding"] = GrpcMessages.Encodings;
        }
    }

    private static bool IsProtobuf(string contentType)
    {
        ReadOnlySpan<char> rest = contentType.AsSpan(ContentType.Length);
        return rest.IsEmpty || rest[0] == ';' || rest.StartsWith("+proto");
    }

    private async ValueTask<PreparedCall> PrepareAsync(HttpContext context, RequestDeadline deadline)
    {
        HttpRequest request = context.Request;
        GrpcCall call = _api.Find(request.Path.Value ?? "", request.Headers.Authorization);
        if (!call.Refusal.IsOk)
        {
            return PreparedCall.Refuse(call.Method, call.Refusal);
        }
        PipeReader reader = request.BodyReader;
        try
        {
            while (true)
            {
                ReadResult result = await reader.ReadAsync(deadline.Token).ConfigureAwait(false);
                ReadOnlySequence<byte> bytes = result.Buffer;
                if (!GrpcMessages.NeedsMore(bytes) || result.IsCompleted)
                {
                    // The message is read out of Kestrel's buffers, which are given back right after.
                    PreparedCall prepared = GrpcMessages.Prepare(call, bytes, request.Headers["grpc-encoding"]);
                    reader.AdvanceTo(bytes.End);
                    return prepared;
                }
                reader.AdvanceTo(bytes.Start, bytes.End);
            }
        }
        catch (OperationCanceledException) when (deadline.IsOver)
        {
            return PreparedCall.Refuse(call.Method, TooSlow);
        }
        catch (BadHttpRequestException exception)
        {
            return PreparedCall.Refuse(call.Method, new ApiStatus(ApiCode.Internal, exception.Message));
        }
    }
}
