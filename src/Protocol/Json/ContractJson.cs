using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace RealtimeServer.Protocol.Json;

/// <summary>
/// The contract's messages as JSON, by protobuf's own mapping with the settings Nakama's clients expect: original field names,
/// enums as numbers, 64-bit integers as strings, bytes as base64, absent when zero or empty (wrappers keep their zero).
/// Reading takes lowerCamelCase names too.
/// </summary>
public static class ContractJson
{
    // Throws on invalid UTF-8, where the default would quietly put question marks into a player's name.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default
        .WithPreserveProtoFieldNames(true)
        .WithFormatEnumsAsIntegers(true)
        .WithFormatDefaultValues(false));

    private static readonly JsonParser Strict = new(JsonParser.Settings.Default.WithRecursionLimit(Limits.JsonDepthMax));

    private static readonly JsonParser Lenient = new(JsonParser.Settings.Default
        .WithRecursionLimit(Limits.JsonDepthMax)
        .WithIgnoreUnknownFields(true));

    public static string Write(IMessage message) => Formatter.Format(message);

    public static byte[] WriteUtf8(IMessage message) => StrictUtf8.GetBytes(Formatter.Format(message));

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
        message = null;
        if (IsBlank(utf8))
        {
            message = descriptor.Parser.ParseFrom(ByteString.Empty);
            error = null;
            return true;
        }
        try
        {
            message = (ignoreUnknown ? Lenient : Strict).Parse(StrictUtf8.GetString(utf8), descriptor);
            error = null;
            return true;
        }
        catch (Exception exception) when (IsOfTheInput(exception))
        {
            error = Explain(utf8, exception);
            return false;
        }
    }

    // What protobuf's parser throws at foreign input, found by its fuzz test: beside its own two types it lets the exceptions of
    // number and base64 conversion through.
    private static bool IsOfTheInput(Exception exception) => exception
        is InvalidProtocolBufferException or InvalidJsonException or FormatException or OverflowException or ArgumentException;

    private static bool IsBlank(ReadOnlySpan<byte> utf8) => utf8.TrimStart(" \t\r\n"u8).IsEmpty;

    private static string Explain(ReadOnlySpan<byte> utf8, Exception exception)
    {
        if (exception is DecoderFallbackException)
        {
            return "invalid UTF-8";
        }
        Utf8JsonReader reader = new(utf8, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = Limits.JsonDepthMax }));
        try
        {
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
            return "proto: syntax error in JSON: " + exception.Message;
        }
        // The start of an object counts as outside of it.
        bool whole = reader.CurrentDepth == 0
            && reader.TokenType is not (JsonTokenType.None or JsonTokenType.PropertyName or JsonTokenType.StartObject or JsonTokenType.StartArray);
        return whole ? "proto: " + exception.Message : "unexpected EOF";
    }
}
