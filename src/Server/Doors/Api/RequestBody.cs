using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Net;

namespace RealtimeServer.Server.Doors.Api;

/// <summary>Reads the body of a request into a pooled buffer, up to a limit, unpacking it where it is packed.</summary>
internal static class RequestBody
{
    /// <summary>Reads until the end, or until one byte more than <paramref name="buffer"/> may hold; the length tells which.</summary>
    /// <exception cref="BadHttpRequestException">The encoding is not known, or the request breaks off.</exception>
    /// <exception cref="InvalidDataException">The body is not what its encoding says.</exception>
    public static async ValueTask<int> ReadAsync(HttpRequest request, byte[] buffer, int bytesMax, CancellationToken cancellation)
    {
        if (request.ContentLength > bytesMax)
        {
            return bytesMax + 1;
        }
        string encoding = request.Headers.ContentEncoding.ToString();
        if (encoding is "" or "identity")
        {
            return await ReadPlainAsync(request.BodyReader, buffer, bytesMax, cancellation).ConfigureAwait(false);
        }
        Stream body = encoding switch
        {
            "gzip" => new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
            "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
            string other => throw new BadHttpRequestException($"Content-Encoding {other} is not known; gzip and deflate are.", (int)HttpStatusCode.BadRequest),
        };
        await using (body.ConfigureAwait(false))
        {
            return await body.ReadAtLeastAsync(buffer.AsMemory(0, bytesMax + 1), bytesMax + 1, false, cancellation).ConfigureAwait(false);
        }
    }

    private static async ValueTask<int> ReadPlainAsync(PipeReader reader, byte[] buffer, int bytesMax, CancellationToken cancellation)
    {
        int length = 0;
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellation).ConfigureAwait(false);
            if (length + result.Buffer.Length > bytesMax)
            {
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                return bytesMax + 1;
            }
            result.Buffer.CopyTo(buffer.AsSpan(length));
            length += (int)result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return length;
            }
        }
    }
}
