using System.Buffers;
using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Rest;
using RealtimeServer.Services.Functions;

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

    /// <summary>Whether a request is an operator's, who may send larger bodies. It costs as much as finding the route again.</summary>
    public bool IsOperators(string httpMethod, string path, string? authorization) =>
        _routes.Match(httpMethod, path).Binding is RestBinding binding
        && _methods[binding.Method].Credential == ApiCredential.AdminKey
        && _door.TryAuthorize(ApiCredential.AdminKey, authorization, out _, out _);

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
        AnswerForm form = FunctionRest.FormOf(method, query);
        if (!_door.TryAuthorize(method.Credential, authorization, out ApiCaller? caller, out ApiStatus refusal))
        {
            return PreparedCall.Refuse(method, refusal) with { Form = form };
        }
        bool raw = form == AnswerForm.UnwrappedFunction;
        bool read = binding.TryRead(match.PathValues, query, raw ? default : body, out IMessage? request, out string? error)
            && (!raw || FunctionRest.TryTakeRaw(request, body, out error));
        PreparedCall call = read
            ? PreparedCall.Ready(_door, method, caller, request!)
            : PreparedCall.Refuse(method, new ApiStatus(ApiCode.InvalidArgument, error!));
        return call with { Form = form };
    }

    /// <summary>Writes the body of an answer.</summary>
    /// <param name="response">Null when refused.</param>
    public static void Write(AnswerForm form, ApiStatus status, IMessage? response, IBufferWriter<byte> into)
    {
        if (response is null || !status.IsOk)
        {
            RestAnswer.WriteRefusal(form, status, into);
        }
        else if (form == AnswerForm.Message)
        {
            ContractJson.Write(response, into);
        }
        else
        {
            FunctionRest.WriteAnswer(response, form, into);
        }
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
        ArrayBufferWriter<byte> answer = new();
        Write(call.Form, outcome.Status, outcome.Response, answer);
        return new RestAnswer(
            outcome.Status.HttpStatus, answer.WrittenSpan.ToArray(), outcome.Status.Code == ApiCode.Unauthenticated ? outcome.Status.Message : null);
    }
}

/// <summary>An HTTP answer.</summary>
/// <param name="Json">The body, UTF-8.</param>
/// <param name="Challenge">The value of the header WWW-Authenticate, on status 401.</param>
public sealed record RestAnswer(int HttpStatus, byte[] Json, string? Challenge)
{
    // The body is JSON and served as such, so nothing needs to be escaped for HTML; people read these texts in a terminal.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the body clients expect of a refusal: {"code":…,"message":…}, of a function {"error":…,"message":…,"code":…}.</summary>
    internal static void WriteRefusal(AnswerForm form, ApiStatus status, IBufferWriter<byte> into)
    {
        using Utf8JsonWriter writer = new(into, WriterOptions);
        writer.WriteStartObject();
        if (form == AnswerForm.Message)
        {
            writer.WriteNumber("code", (int)status.Code);
            writer.WriteString("message", status.Message);
        }
        else
        {
            writer.WriteString("error", status.Message);
            writer.WriteString("message", status.Message);
            writer.WriteNumber("code", (int)status.Code);
        }
        writer.WriteEndObject();
    }
}
