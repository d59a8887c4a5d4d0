using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Rest;

namespace RealtimeServer.Services.Api;

/// <summary>
/// The REST door without its HTTP server: a request as text and bytes in, a status and JSON out. The Server's listener only
/// moves them. Routes come from the contract's method options.
/// </summary>
public sealed class RestApi
{
    private readonly Dictionary<string, ApiMethod> _methods;
    private readonly RestRoutes _routes;
    private readonly ApiDoor _door;

    /// <exception cref="ArgumentException">A route without a method to answer it.</exception>
    public RestApi(IReadOnlyList<ApiMethod> methods, ApiDoor door)
    {
        _methods = methods.ToDictionary(m => m.Descriptor.FullName);
        _routes = RestRoutes.Of(methods.Select(m => m.Descriptor.Service).Distinct());
        _door = door;
        foreach (RestBinding binding in _routes.Bindings)
        {
            if (!_methods.ContainsKey(binding.Method.FullName))
            {
                throw new ArgumentException($"Nothing answers {binding.Method.FullName}, which has the route {binding.Template}.", nameof(methods));
            }
        }
    }

    public IReadOnlyList<RestBinding> Routes => _routes.Bindings;

    /// <summary>Whether a path belongs to this door, whatever the HTTP method.</summary>
    public bool Knows(string path) => _routes.Match("", path).PathKnown;

    /// <summary>Answers one request. Never throws.</summary>
    /// <param name="path">As it came, still percent-encoded, without the query.</param>
    /// <param name="query">As it came, with or without the leading "?".</param>
    /// <param name="body">At most what the listener's own limit lets through.</param>
    public async Task<RestAnswer> HandleAsync(
        string httpMethod,
        string path,
        string query,
        string? authorization,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellation)
    {
        RestMatch match = _routes.Match(httpMethod, path);
        if (match.Binding is not RestBinding binding)
        {
            return RestAnswer.Of(match.PathKnown
                ? new ApiStatus(ApiCode.Unimplemented, "Method Not Allowed")
                : new ApiStatus(ApiCode.NotFound, "Not Found"));
        }
        ApiMethod method = _methods[binding.Method.FullName];
        if (!_door.TryAuthorize(method.Credential, authorization, out ApiCaller? caller, out ApiStatus refusal))
        {
            return RestAnswer.Of(refusal);
        }
        if (!binding.TryRead(match.PathValues, query.AsSpan().TrimStart('?'), body.Span, out IMessage? request, out string? error))
        {
            return RestAnswer.Of(new ApiStatus(ApiCode.InvalidArgument, error));
        }
        ApiOutcome outcome = await _door.CallAsync(method, caller, ApiOrigin.Local, request, cancellation).ConfigureAwait(false);
        return outcome.Response is IMessage response
            ? new RestAnswer(ApiStatus.Ok.HttpStatus, ContractJson.WriteUtf8(response), null)
            : RestAnswer.Of(outcome.Status);
    }
}

/// <summary>An HTTP answer.</summary>
/// <param name="Json">The body, UTF-8.</param>
/// <param name="Challenge">The value of the header WWW-Authenticate, on status 401.</param>
public sealed record RestAnswer(int HttpStatus, byte[] Json, string? Challenge)
{
    // The body is JSON and served as such, so nothing needs to be escaped for HTML; people read these texts in a terminal.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body clients expect of a refusal: {"code":…,"message":…}.</summary>
    public static RestAnswer Of(ApiStatus status)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteNumber("code", (int)status.Code);
            writer.WriteString("message", status.Message);
            writer.WriteEndObject();
        }
        return new RestAnswer(status.HttpStatus, stream.ToArray(), status.Code == ApiCode.Unauthenticated ? status.Message : null);
    }
}
