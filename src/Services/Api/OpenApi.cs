using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf.Reflection;
using RealtimeServer.Protocol;
using RealtimeServer.Protocol.Rest;

namespace RealtimeServer.Services.Api;

/// <summary>The REST routes of methods as an OpenAPI 3.0 document, from the descriptors that serve them and the contract's comments.</summary>
public static class OpenApi
{
    private const string SchemaPrefix = "#/components/schemas/";

    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="methods">Those that are served.</param>
    /// <param name="version">The product's.</param>
    /// <returns>UTF-8.</returns>
    public static byte[] Write(IReadOnlyList<ApiMethod> methods, string version)
    {
        Dictionary<string, ApiCredential> credentials = methods.ToDictionary(m => m.Descriptor.FullName, m => m.Credential);
        RestBinding[] bindings =
        [
            .. RestRoutes.Of(methods.Select(m => m.Descriptor.Service).Distinct()).Bindings.Where(b => credentials.ContainsKey(b.Method.FullName)),
        ];
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter writer = new(buffer, Options);
        writer.WriteStartObject();
        writer.WriteString("openapi", "3.0.3");
        writer.WriteStartObject("info");
        writer.WriteString("title", "RealtimeServer");
        writer.WriteString("version", version);
        writer.WriteString("description", "Sign in with the server key (Basic), then call with the session token (Bearer). 64-bit numbers are text; what is zero or empty is absent.");
        writer.WriteEndObject();
        writer.WriteStartObject("paths");
        foreach (IGrouping<string, RestBinding> path in bindings.GroupBy(b => b.Template, StringComparer.Ordinal))
        {
            writer.WriteStartObject(path.Key);
            foreach (RestBinding binding in path)
            {
                WriteOperation(writer, binding, credentials[binding.Method.FullName]);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        WriteComponents(writer, bindings);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteOperation(Utf8JsonWriter writer, RestBinding binding, ApiCredential credential)
    {
        MethodDescriptor method = binding.Method;
        writer.WriteStartObject(binding.HttpMethod.ToLowerInvariant());
        writer.WriteString("operationId", method.Name);
        Describe(writer, "summary", method.FullName);
        writer.WriteStartArray("tags");
        writer.WriteStringValue(binding.Template.Split('/') is [_, "v2", string area, ..] ? area : "server");
        writer.WriteEndArray();
        writer.WriteStartArray("parameters");
        foreach (FieldDescriptor field in binding.PathFields)
        {
            WriteParameter(writer, field, "path");
        }
        foreach (FieldDescriptor field in QueryFields(binding))
        {
            WriteParameter(writer, field, "query");
        }
        writer.WriteEndArray();
        if (binding.ReadsBody)
        {
            writer.WriteStartObject("requestBody");
            bool isText = binding.BodyField is { FieldType: FieldType.String };
            WriteContent(writer, isText ? null : SchemaPrefix + (binding.BodyField?.MessageType ?? method.InputType).FullName);
            writer.WriteEndObject();
        }
        writer.WriteStartObject("responses");
        WriteResponse(writer, "200", "The answer.", SchemaPrefix + method.OutputType.FullName);
        WriteResponse(writer, "default", "A refusal.", SchemaPrefix + "Refusal");
        writer.WriteEndObject();
        writer.WriteStartArray("security");
        if (credential != ApiCredential.None)
        {
            writer.WriteStartObject();
            writer.WriteStartArray(credential switch
            {
                ApiCredential.ServerKey => "serverKey",
                ApiCredential.AdminKey => "adminKey",
                _ => "session",
            });
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static IEnumerable<FieldDescriptor> QueryFields(RestBinding binding) => binding.BodyIsRequest
        ? []
        : binding.Method.InputType.Fields.InDeclarationOrder().Where(f =>
            f != binding.BodyField && !binding.PathFields.Contains(f) && !f.IsMap && (f.FieldType != FieldType.Message || IsValue(f.MessageType)));

    private static void WriteParameter(Utf8JsonWriter writer, FieldDescriptor field, string place)
    {
        writer.WriteStartObject();
        writer.WriteString("name", field.Name);
        writer.WriteString("in", place);
        writer.WriteBoolean("required", place == "path");
        Describe(writer, "description", field.FullName);
        writer.WritePropertyName("schema");
        WriteFieldSchema(writer, field);
        writer.WriteEndObject();
    }

    private static void WriteResponse(Utf8JsonWriter writer, string status, string text, string schema)
    {
        writer.WriteStartObject(status);
        writer.WriteString("description", text);
        WriteContent(writer, schema);
        writer.WriteEndObject();
    }

    /// <param name="schema">Null: a string.</param>
    private static void WriteContent(Utf8JsonWriter writer, string? schema)
    {
        writer.WriteStartObject("content");
        writer.WriteStartObject("application/json");
        writer.WriteStartObject("schema");
        writer.WriteString(schema is null ? "type" : "$ref", schema ?? "string");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteComponents(Utf8JsonWriter writer, IEnumerable<RestBinding> bindings)
    {
        writer.WriteStartObject("components");
        writer.WriteStartObject("securitySchemes");
        WriteScheme(writer, "serverKey", "basic", "The server key as user, no password.");
        WriteScheme(writer, "adminKey", "basic", "The operator's key as user, no password.");
        WriteScheme(writer, "session", "bearer", "The token of a session.");
        writer.WriteEndObject();
        writer.WriteStartObject("schemas");
        foreach (MessageDescriptor message in Reachable(bindings.SelectMany(b => new[] { b.Method.InputType, b.Method.OutputType })))
        {
            WriteMessage(writer, message);
        }
        writer.WriteStartObject("Refusal");
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        WriteType(writer, "code", "integer", "A gRPC status code.");
        WriteType(writer, "message", "string", "For a developer to read.");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteScheme(Utf8JsonWriter writer, string name, string scheme, string description)
    {
        writer.WriteStartObject(name);
        writer.WriteString("type", "http");
        writer.WriteString("scheme", scheme);
        writer.WriteString("description", description);
        writer.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter writer, MessageDescriptor message)
    {
        writer.WriteStartObject(message.FullName);
        writer.WriteString("type", "object");
        Describe(writer, "description", message.FullName);
        writer.WriteStartObject("properties");
        foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
        {
            writer.WritePropertyName(field.Name);
            WriteFieldSchema(writer, field);
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteFieldSchema(Utf8JsonWriter writer, FieldDescriptor field)
    {
        writer.WriteStartObject();
        if (field.IsMap)
        {
            writer.WriteString("type", "object");
            writer.WritePropertyName("additionalProperties");
            WriteValueSchema(writer, field.MessageType.FindFieldByNumber(2));
        }
        else if (field.IsRepeated)
        {
            writer.WriteString("type", "array");
            writer.WritePropertyName("items");
            WriteValueSchema(writer, field);
        }
        else
        {
            WriteValue(writer, field);
        }
        // Beside a reference nothing else counts.
        if (field.IsRepeated || field.FieldType != FieldType.Message || IsValue(field.MessageType))
        {
            Describe(writer, "description", field.FullName);
        }
        writer.WriteEndObject();
    }

    private static void WriteValueSchema(Utf8JsonWriter writer, FieldDescriptor field)
    {
        writer.WriteStartObject();
        WriteValue(writer, field);
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, FieldDescriptor field)
    {
        if (field.FieldType != FieldType.Message)
        {
            (string type, string? format) = Form(field.FieldType);
            writer.WriteString("type", type);
            if (format is not null)
            {
                writer.WriteString("format", format);
            }
        }
        else if (field.MessageType.FullName == "google.protobuf.Timestamp")
        {
            writer.WriteString("type", "string");
            writer.WriteString("format", "date-time");
        }
        else if (IsValue(field.MessageType))
        {
            WriteValue(writer, field.MessageType.FindFieldByName("value"));
        }
        else
        {
            writer.WriteString("$ref", SchemaPrefix + field.MessageType.FullName);
        }
    }

    private static (string Type, string? Format) Form(FieldType type) => type switch
    {
        FieldType.Bool => ("boolean", null),
        FieldType.String => ("string", null),
        FieldType.Bytes => ("string", "byte"),
        FieldType.Double => ("number", "double"),
        FieldType.Float => ("number", "float"),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => ("string", "int64"),
        FieldType.UInt64 or FieldType.Fixed64 => ("string", "uint64"),
        FieldType.UInt32 or FieldType.Fixed32 => ("integer", "int64"),
        _ => ("integer", "int32"),
    };

    // Written as one value rather than as an object.
    private static bool IsValue(MessageDescriptor message) => message.File.Package == "google.protobuf" && message.Name != "Empty";

    private static SortedDictionary<string, MessageDescriptor>.ValueCollection Reachable(IEnumerable<MessageDescriptor> roots)
    {
        SortedDictionary<string, MessageDescriptor> found = new(StringComparer.Ordinal);
        Stack<MessageDescriptor> left = new(roots);
        while (left.TryPop(out MessageDescriptor? message))
        {
            if (!IsValue(message) && found.TryAdd(message.FullName, message))
            {
                foreach (FieldDescriptor field in message.Fields.InDeclarationOrder().Select(f => f.IsMap ? f.MessageType.FindFieldByNumber(2) : f))
                {
                    if (field.FieldType == FieldType.Message)
                    {
                        left.Push(field.MessageType);
                    }
                }
            }
        }
        return found.Values;
    }

    private static void WriteType(Utf8JsonWriter writer, string name, string type, string description)
    {
        writer.WriteStartObject(name);
        writer.WriteString("type", type);
        writer.WriteString("description", description);
        writer.WriteEndObject();
    }

    private static void Describe(Utf8JsonWriter writer, string property, string fullName)
    {
        string comment = ContractComments.Of(fullName);
        if (comment.Length > 0)
        {
            writer.WriteString(property, comment);
        }
    }
}
