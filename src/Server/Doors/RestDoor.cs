using System.Buffers;
using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Http.Features;
using RealtimeServer.Server.Metrics;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Server.Doors;

/// <summary>Moves REST requests between HTTP and <see cref="RestApi"/>, with the headers and limits Nakama's clients know.</summary>
internal sealed class RestDoor
{
    private static readonly ApiStatus TooLarge = new(ApiCode.InvalidArgument, "http: request body too large");

    private readonly RestApi _api;
    private readonly ServerMetrics _metrics;

    public RestDoor(RestApi api, ServerMetrics metrics)
    {
        _api = api;
        _metrics = metrics;
    }

    public async Task HandleAsync(HttpContext context)
    {
        RestAnswer answer = await AnswerAsync(context).ConfigureAwait(false);
        _metrics.Requested(answer.HttpStatus);
        HttpResponse response = context.Response;
        response.StatusCode = answer.HttpStatus;
        response.ContentType = "application/json";
        response.ContentLength = answer.Json.Length;
        response.Headers.CacheControl = "no-store, no-cache, must-revalidate";
        if (answer.Challenge is not null)
        {
            response.Headers.WWWAuthenticate = answer.Challenge;
        }
        await response.Body.WriteAsync(answer.Json, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task<RestAnswer> AnswerAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        (string path, string query) = Target(context);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Limits.BodyBytesMax + 1);
        try
        {
            int length = await ReadBodyAsync(request, buffer, context.RequestAborted).ConfigureAwait(false);
            if (length > Limits.BodyBytesMax)
            {
                // What is left of the body is not worth reading to save a connection.
                context.Response.Headers.Connection = "close";
                return RestAnswer.Of(TooLarge);
            }
            return await _api.HandleAsync(
                request.Method, path, query, request.Headers.Authorization, buffer.AsMemory(0, length), context.RequestAborted).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            return RestAnswer.Of(new ApiStatus(ApiCode.InvalidArgument, "The request's body is not what its Content-Encoding says."));
        }
        catch (BadHttpRequestException exception)
        {
            return RestAnswer.Of(new ApiStatus(ApiCode.InvalidArgument, exception.Message));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // As it came: the framework decodes the path, and a decoded slash would look like one that separates.
    private static (string Path, string Query) Target(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith('/'))
        {
            return (context.Request.Path.Value ?? "/", context.Request.QueryString.Value ?? "");
        }
        int question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? (target, "") : (target[..question], target[question..]);
    }

    /// <summary>Reads until the end or until one byte too many.</summary>
    private static async Task<int> ReadBodyAsync(HttpRequest request, byte[] buffer, CancellationToken cancellation)
    {
        if (request.ContentLength > Limits.BodyBytesMax)
        {
            return Limits.BodyBytesMax + 1;
        }
        Stream body = request.Headers.ContentEncoding.ToString() switch
        {
            "" or "identity" => request.Body,
            "gzip" => new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
            "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
            string other => throw new BadHttpRequestException($"Content-Encoding {other} is not known; gzip and deflate are.", (int)HttpStatusCode.BadRequest),
        };
        try
        {
            return await body.ReadAtLeastAsync(buffer.AsMemory(0, Limits.BodyBytesMax + 1), Limits.BodyBytesMax + 1, false, cancellation)
                .ConfigureAwait(false);
        }
        finally
        {
            if (!ReferenceEquals(body, request.Body))
            {
                await body.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
