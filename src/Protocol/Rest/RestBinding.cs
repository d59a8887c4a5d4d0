using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using RealtimeServer.Protocol.Http;
using RealtimeServer.Protocol.Json;

namespace RealtimeServer.Protocol.Rest;

/// <summary>
/// One REST route: how path, query and body become the request message of a method. The body fills the field the option names
/// (or the whole request, "*"), path segments fill theirs, and the query may fill any field that is left. A path segment wins
/// over the body: it is what the route was chosen by.
/// </summary>
public sealed class RestBinding
{
    private readonly FieldDescriptor[] _pathFields;
    private readonly FieldDescriptor? _bodyField;

    private RestBinding(MethodDescriptor method, string httpMethod, string template, HttpRule rule)
    {
        Method = method;
        HttpMethod = httpMethod;
        Template = template;
        BodyIsRequest = rule.Body == "*";
        _pathFields = [.. template.Split('/').Where(s => s.StartsWith('{')).Select(s => Field(s.Trim('{', '}')))];
        _bodyField = rule.Body is "" or "*" ? null : Field(rule.Body);
        foreach (FieldDescriptor field in _pathFields)
        {
            Require(field.FieldType == FieldType.String && !field.IsRepeated, $"path field {field.Name} must be a string");
        }
        ContractJson.Require(method.InputType);
        ContractJson.Require(method.OutputType);
        Require(
            _bodyField is null || (_bodyField.FieldType is FieldType.Message or FieldType.String && !_bodyField.IsRepeated),
            $"body field {rule.Body} must be a message or a string");
    }

    public MethodDescriptor Method { get; }

    /// <summary>"GET", "POST", …</summary>
    public string HttpMethod { get; }

    /// <summary>The path with {field} for a segment that fills a field.</summary>
    public string Template { get; }

    /// <summary>Whether the body holds the whole request.</summary>
    public bool BodyIsRequest { get; }

    /// <summary>Whether a body is looked at.</summary>
    public bool ReadsBody => BodyIsRequest || _bodyField is not null;

    /// <summary>The field the body holds; null when the body is the whole request or is not read.</summary>
    public FieldDescriptor? BodyField => _bodyField;

    /// <summary>The fields that segments of the path fill, in their order.</summary>
    public IReadOnlyList<FieldDescriptor> PathFields => _pathFields;

    /// <summary>Reads a request. <paramref name="error"/> is a text for the client: invalid argument.</summary>
    /// <param name="pathValues">As <see cref="RestRoutes.Match"/> gave them.</param>
    /// <param name="query">The query as it came, without "?".</param>
    /// <param name="body">JSON, of a field of text a JSON string; not read when the route has no body.</param>
    public bool TryRead(
        IReadOnlyList<string> pathValues,
        ReadOnlySpan<char> query,
        ReadOnlySpan<byte> body,
        [NotNullWhen(true)] out IMessage? request,
        [NotNullWhen(false)] out string? error)
    {
        if (!TryReadBody(body, out request, out error) || (!query.IsEmpty && !QueryBinding.TryApply(query, request, IsBound, out error)))
        {
            request = null;
            return false;
        }
        for (int i = 0; i < _pathFields.Length; i++)
        {
            _pathFields[i].Accessor.SetValue(request, pathValues[i]);
        }
        return true;
    }

    internal static RestBinding Of(MethodDescriptor method, HttpRule rule)
    {
        (string httpMethod, string template) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => ("GET", rule.Get),
            HttpRule.PatternOneofCase.Put => ("PUT", rule.Put),
            HttpRule.PatternOneofCase.Post => ("POST", rule.Post),
            HttpRule.PatternOneofCase.Delete => ("DELETE", rule.Delete),
            HttpRule.PatternOneofCase.Patch => ("PATCH", rule.Patch),
            _ => throw new ArgumentException($"{method.FullName}: the route has no HTTP method."),
        };
        if (!template.StartsWith('/'))
        {
            throw new ArgumentException($"{method.FullName}: the path {template} must start with a slash.");
        }
        return new RestBinding(method, httpMethod, template, rule);
    }

    private bool TryReadBody(ReadOnlySpan<byte> body, [NotNullWhen(true)] out IMessage? request, [NotNullWhen(false)] out string? error)
    {
        if (BodyIsRequest)
        {
            return ContractJson.TryRead(body, Method.InputType, ignoreUnknown: true, out request, out error);
        }
        request = ContractJson.Create(Method.InputType);
        error = null;
        if (_bodyField is null)
        {
            return true;
        }
        if (_bodyField.FieldType == FieldType.String)
        {
            if (!TextBody.TryRead(body, out string? text, out error))
            {
                return false;
            }
            _bodyField.Accessor.SetValue(request, text);
            return true;
        }
        if (!ContractJson.TryRead(body, _bodyField.MessageType, ignoreUnknown: true, out IMessage? part, out error))
        {
            return false;
        }
        _bodyField.Accessor.SetValue(request, part);
        return true;
    }

    private bool IsBound(FieldDescriptor field) => BodyIsRequest || field == _bodyField || Array.IndexOf(_pathFields, field) >= 0;

    private FieldDescriptor Field(string name)
    {
        FieldDescriptor? field = Method.InputType.FindFieldByName(name);
        Require(field is not null, $"{Method.InputType.Name} has no field {name}");
        return field;
    }

    private void Require([DoesNotReturnIf(false)] bool condition, string what)
    {
        if (!condition)
        {
            throw new ArgumentException($"{Method.FullName}: {what}.");
        }
    }
}
