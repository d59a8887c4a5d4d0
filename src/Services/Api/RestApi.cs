using System.Buffers;
using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Rest;

namespace RealtimeServer.Services.Api;

/// <summary>
/// The REST door without its HTTP server: a request as text and bytes in, a status and JSON out. The Server's listener only
/// moves them. Routes come from the contract's method options.
/// </summary>
public sealed class RestApi
{
    private static readonly ApiStatus WrongMethod = new(ApiCode.Unimplemented, "Method Not Allowed");
    private static readonly ApiStatus NotFound = new(ApiCode.NotFound, "Not Found");

    private readonly FrozenDictionary<MethodDescriptor, ApiMethod> _methods;
    private readonly RestRoutes _routes;
    private readonly ApiDoor _door;

    /// <exception cref="ArgumentException">A route without a method to answer it.</exception>
    public RestApi(IReadOnlyList<ApiMethod> methods, ApiDoor door)
    {
        _methods = methods.ToFrozenDictionary(static m => m.Descriptor);
        _routes = RestRoutes.Of(methods.Select(m => m.Descriptor.Service).Distinct());
        _door = door;
        foreach (RestBinding binding in _routes.Bindings)
        {
            if (!_methods.ContainsKey(binding.Method))
            {
                throw new ArgumentException($"Nothing answers {binding.Method.FullName}, which has the route {binding.Template}.", nameof(methods));
            }
        }
    }

    public IReadOnlyList<RestBinding> Routes => _routes.Bindings;

    /// <summary>Whether a path belongs to this door, whatever the HTTP method.</summary>
    public bool Knows(string path) => _routes.Match("", path).PathKnown;

    /// <summary>Reads one request: finds its method, checks the credential, reads path, query and body. Never throws.</summary>
    /// <param name="path">As it came, still percent-encoded, without the query.</param>
    /// <param name="query">As it came, without the leading "?".</param>
    /// <param name="authorization">The header of that name.</param>
    /// <param name="body">At most what the listener's own limit lets through. Not kept.</param>
    public PreparedCall Prepare(string httpMethod, string path, ReadOnlySpan<char> query, string? authorization, ReadOnlySpan<byte> body)
    {
        RestMatch match = _routes.Match(httpMethod, path);
        if (match.Binding is not RestBinding binding)
        {
            return PreparedCall.Refuse(null, match.PathKnown ? WrongMethod : NotFound);
        }
        ApiMethod method = _methods[binding.Method];
        if (!_door.TryAuthorize(method.Credential, authorization, out ApiCaller? caller, out ApiStatus refusal))
        {
            return PreparedCall.Refuse(method, refusal);
        }
        return binding.TryRead(match.PathValues, query, body, out IMessage? request, out string? error)
            ? PreparedCall.Ready(_door, method, caller, request)
            : PreparedCall.Refuse(method, new ApiStatus(ApiCode.InvalidArgument, error));
    }

    /// <summary>Answers one request that does not come from a listener. Never throws.</summary>
    /// <param name="query">With or without the leading "?".</param>
    public async Task<RestAnswer> HandleAsync(
        string httpMethod,
        string path,
        string query,
        string? authorization,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellation)
    {
        PreparedCall call = Prepare(httpMethod, path, query.AsSpan().TrimStart('?'), authorization, body.Span);
        ApiOutcome outcome = await call.RunAsync(ApiOrigin.Local, cancellation).ConfigureAwait(false);
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
        ArrayBufferWriter<byte> body = new();
        WriteRefusal(status, body);
        return new RestAnswer(status.HttpStatus, body.WrittenSpan.ToArray(), status.Code == ApiCode.Unauthenticated ? status.Message : null);
    }

    /// <summary>Writes the body of a refusal.</summary>
    public static void WriteRefusal(ApiStatus status, IBufferWriter<byte> into)
    {
        using Utf8JsonWriter writer = new(into, WriterOptions);
        writer.WriteStartObject();
        writer.WriteNumber("code", (int)status.Code);
        writer.WriteString("message", status.Message);
        writer.WriteEndObject();
    }
}
