using System.Security.Cryptography;

namespace RealtimeServer.Server.Doors;

/// <summary>Bytes to serve, with the tag by which a browser knows that it has them already.</summary>
internal sealed record StaticContent(byte[] Bytes, string ContentType, string ETag)
{
    public static StaticContent Of(byte[] bytes, string contentType) =>
        new(bytes, contentType, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"");

    /// <summary>The type browsers need: they refuse modules and style sheets of another. Null for a kind of file that is not served.</summary>
    public static string? TypeOf(string file) => Path.GetExtension(file) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" or ".mjs" => "text/javascript; charset=utf-8",
        ".json" or ".map" => "application/json",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".webp" => "image/webp",
        ".ico" => "image/x-icon",
        ".woff2" => "font/woff2",
        ".txt" or ".md" => "text/plain; charset=utf-8",
        _ => null,
    };

    /// <summary>Serves it to GET and HEAD; with status 304 when the browser has it.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.Headers.ETag = ETag;
        // A minute at most: after a restart with newer files a page is not stuck with old ones.
        response.Headers.CacheControl = "public, max-age=60, must-revalidate";
        response.Headers.XContentTypeOptions = "nosniff";
        if (context.Request.Headers.IfNoneMatch.ToString().Contains(ETag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = ContentType;
        response.ContentLength = Bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(Bytes, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
