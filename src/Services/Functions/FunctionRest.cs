using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Functions;

/// <summary>What the REST door does otherwise for functions: raw bodies where the query says "unwrap", and refusals with one field more.</summary>
internal static class FunctionRest
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How a method's answer is written.</summary>
    public static AnswerForm FormOf(ApiMethod method, ReadOnlySpan<char> query) =>
        method.Descriptor.InputType != Rpc.Descriptor ? AnswerForm.Message : IsUnwrapped(query) ? AnswerForm.UnwrappedFunction : AnswerForm.Function;

    /// <summary>Takes a raw body as the payload.</summary>
    public static bool TryTakeRaw(IMessage request, ReadOnlySpan<byte> body, [NotNullWhen(false)] out string? error)
    {
        error = Utf8.IsValid(body) ? null : "The request's body is no UTF-8 text.";
        if (error is null && !body.IsEmpty)
        {
            ((Rpc)request).Payload = Encoding.UTF8.GetString(body);
        }
        return error is null;
    }

    public static void WriteAnswer(IMessage response, AnswerForm form, IBufferWriter<byte> into)
    {
        string payload = ((Rpc)response).Payload;
        if (form == AnswerForm.UnwrappedFunction)
        {
            Encoding.UTF8.GetBytes(payload, into);
            return;
        }
        using Utf8JsonWriter writer = new(into, WriterOptions);
        writer.WriteStartObject();
        if (payload.Length > 0)
        {
            writer.WriteString("payload", payload);
        }
        writer.WriteEndObject();
    }

    // Whatever its value, and without one.
    private static bool IsUnwrapped(ReadOnlySpan<char> query)
    {
        foreach (Range part in query.Split('&'))
        {
            ReadOnlySpan<char> name = query[part];
            int equals = name.IndexOf('=');
            if ((equals < 0 ? name : name[..equals]) is "unwrap")
            {
                return true;
            }
        }
        return false;
    }
}
