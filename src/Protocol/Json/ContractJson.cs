using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace RealtimeServer.Protocol.Json;

/// <summary>
/// The contract's messages as JSON, by protobuf's own mapping with the settings Nakama's clients expect: original field names,
/// enums as numbers, 64-bit integers as strings, bytes as base64, absent when zero or empty (wrappers keep their zero).
/// Reading takes lowerCamelCase names too. The code of a message type is put together once, from its descriptor.
/// </summary>
public static class ContractJson
{
    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // Bodies are served as JSON and never as HTML; people read them in a terminal.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>Looks whether a message type and all it holds can be written, so that a type without a JSON form stops the start, not a request.</summary>
    /// <exception cref="NotSupportedException">The message holds something that has no JSON form.</exception>
    public static void Require(MessageDescriptor descriptor)
    {
        foreach (FieldDescriptor field in WithHeld(descriptor).SelectMany(static d => d.Fields.InDeclarationOrder()))
        {
            FieldCodecs.Require(field);
        }
    }

    /// <summary>Makes the code of a message type and of all it holds, which its first use makes otherwise.</summary>
    /// <exception cref="NotSupportedException">The message holds something that has no JSON form.</exception>
    public static void Prepare(MessageDescriptor descriptor)
    {
        foreach (MessageDescriptor held in WithHeld(descriptor))
        {
            MessageCodec.Of(held);
        }
    }

    /// <summary>An empty message of the type.</summary>
    public static IMessage Create(MessageDescriptor descriptor) => MessageCodec.Of(descriptor).Create();

    public static void Write(IMessage message, IBufferWriter<byte> into)
    {
        MessageCodec codec = MessageCodec.Of(message.Descriptor);
        Utf8JsonWriter writer = _writer ?? new Utf8JsonWriter(into, WriterOptions);
        // Taken for the time of writing: a form that fails leaves a writer that nobody uses again.
        _writer = null;
        writer.Reset(into);
        codec.Write(writer, message);
        writer.Flush();
        writer.Reset(Nowhere.Instance);
        _writer = writer;
    }

    public static string Write(IMessage message)
    {
        ArrayBufferWriter<byte> buffer = Buffer(message);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static byte[] WriteUtf8(IMessage message) => Buffer(message).WrittenSpan.ToArray();

    /// <summary>
    /// Reads a message from foreign bytes. Bytes that hold nothing but white space are an empty message.
    /// <paramref name="error"/> is for the caller to read; it never holds more of the input than one value.
    /// </summary>
    /// <param name="ignoreUnknown">True for REST, false for sockets, where a misspelt field would otherwise be lost without a word.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8,
        MessageDescriptor descriptor,
        bool ignoreUnknown,
        [NotNullWhen(true)] out IMessage? message,
        [NotNullWhen(false)] out string? error)
    {
        MessageCodec codec = MessageCodec.Of(descriptor);
        error = null;
        if (IsBlank(utf8))
        {
            message = codec.Create();
            return true;
        }
        message = null;
        try
        {
            JsonSource source = new(utf8, ignoreUnknown);
            source.Reader.Read();
            IMessage read = codec.ReadMessage(ref source);
            // Throws when anything follows.
            source.Reader.Read();
            message = read;
            return true;
        }
        catch (ContractJsonException exception)
        {
            error = exception.Message;
        }
        catch (JsonException exception)
        {
            error = IsCutOff(utf8) ? "unexpected EOF" : Syntax(exception);
        }
        catch (InvalidOperationException)
        {
            // The reader's word for text that is no UTF-8, or half of a surrogate pair.
            error = "proto: invalid UTF-8";
        }
        return false;
    }

    private static ArrayBufferWriter<byte> Buffer(IMessage message)
    {
        ArrayBufferWriter<byte> buffer = _buffer ??= new ArrayBufferWriter<byte>(Limits.JsonBufferBytes);
        if (buffer.Capacity > Limits.JsonBufferKeptBytesMax)
        {
            buffer = _buffer = new ArrayBufferWriter<byte>(Limits.JsonBufferBytes);
        }
        buffer.ResetWrittenCount();
        Write(message, buffer);
        return buffer;
    }

    private static HashSet<MessageDescriptor> WithHeld(MessageDescriptor descriptor)
    {
        HashSet<MessageDescriptor> seen = [];
        Stack<MessageDescriptor> left = new([descriptor]);
        while (left.TryPop(out MessageDescriptor? next))
        {
            if (!seen.Add(next))
            {
                continue;
            }
            foreach (FieldDescriptor field in next.Fields.InDeclarationOrder())
            {
                FieldDescriptor value = field.IsMap ? field.MessageType.FindFieldByNumber(2) : field;
                if (value.FieldType == FieldType.Message)
                {
                    left.Push(value.MessageType);
                }
            }
        }
        return seen;
    }

    private static bool IsBlank(ReadOnlySpan<byte> utf8) => utf8.TrimStart(" \t\r\n"u8).IsEmpty;

    private static string Syntax(JsonException exception) =>
        $"proto: syntax error (line {exception.LineNumber + 1}:{exception.BytePositionInLine + 1}): {exception.Message[..exception.Message.IndexOf(" LineNumber", StringComparison.Ordinal)]}";

    /// <summary>Whether the bytes are the beginning of JSON rather than wrong.</summary>
    private static bool IsCutOff(ReadOnlySpan<byte> utf8)
    {
        Utf8JsonReader reader = new(utf8, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = Limits.JsonDepthMax }));
        try
        {
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
            return false;
        }
        // The start of an object counts as outside of it.
        return reader.CurrentDepth > 0 || reader.TokenType is JsonTokenType.None or JsonTokenType.PropertyName or JsonTokenType.StartObject or JsonTokenType.StartArray;
    }

    /// <summary>Where a writer points that nobody uses, so that it keeps no request's buffer alive.</summary>
    private sealed class Nowhere : IBufferWriter<byte>
    {
        public static readonly Nowhere Instance = new();

        public void Advance(int count)
        {
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new InvalidOperationException("This writer is not in use.");

        public Span<byte> GetSpan(int sizeHint = 0) => throw new InvalidOperationException("This writer is not in use.");
    }
}
