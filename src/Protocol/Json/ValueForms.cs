using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace RealtimeServer.Protocol.Json;

internal readonly struct StringForm : IJsonForm<string>
{
    public static bool IsDefault(string value) => value.Length == 0;

    public static void Write(Utf8JsonWriter writer, string value) => writer.WriteStringValue(value);

    public static string Read(ref JsonSource source)
    {
        if (source.Reader.TokenType != JsonTokenType.String)
        {
            source.RefuseValue("string");
        }
        return source.Reader.GetString()!;
    }
}

internal readonly struct BoolForm : IJsonForm<bool>
{
    public static bool IsDefault(bool value) => !value;

    public static void Write(Utf8JsonWriter writer, bool value) => writer.WriteBooleanValue(value);

    public static bool Read(ref JsonSource source)
    {
        if (source.Reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
        {
            source.RefuseValue("bool");
        }
        return source.Reader.TokenType == JsonTokenType.True;
    }
}

internal readonly struct BytesForm : IJsonForm<ByteString>
{
    public static bool IsDefault(ByteString value) => value.IsEmpty;

    public static void Write(Utf8JsonWriter writer, ByteString value) => writer.WriteBase64StringValue(value.Span);

    public static ByteString Read(ref JsonSource source)
    {
        if (source.Reader.TokenType != JsonTokenType.String)
        {
            source.RefuseValue("bytes");
        }
        if (source.Reader.TryGetBytesFromBase64(out byte[]? bytes))
        {
            return UnsafeByteOperations.UnsafeWrap(bytes);
        }
        // The URL alphabet and a missing padding are allowed too.
        string text = source.Reader.GetString()!.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        bytes = new byte[(text.Length * 3 / 4) + 3];
        if (!Convert.TryFromBase64String(text.PadRight((text.Length + 3) & ~3, '='), bytes, out int length))
        {
            source.RefuseValue("bytes");
        }
        return UnsafeByteOperations.UnsafeWrap(bytes.AsMemory(0, length));
    }
}

/// <summary>Written as its number, read as number or name.</summary>
internal readonly struct EnumForm<TEnum> : IJsonForm<TEnum>
    where TEnum : struct, Enum
{
    private static readonly Dictionary<string, TEnum> ByName = typeof(TEnum)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(f => f.GetCustomAttribute<OriginalNameAttribute>()?.Name ?? f.Name, f => (TEnum)f.GetValue(null)!, StringComparer.Ordinal);

    public static bool IsDefault(TEnum value) => Unsafe.BitCast<TEnum, int>(value) == 0;

    public static void Write(Utf8JsonWriter writer, TEnum value) => writer.WriteNumberValue(Unsafe.BitCast<TEnum, int>(value));

    public static TEnum Read(ref JsonSource source)
    {
        if (source.Reader.TokenType == JsonTokenType.Number)
        {
            return Unsafe.BitCast<int, TEnum>(Int32Form.Read(ref source));
        }
        if (source.Reader.TokenType != JsonTokenType.String || !ByName.TryGetValue(source.Reader.GetString()!, out TEnum value))
        {
            source.RefuseValue("enum");
            return default;
        }
        return value;
    }
}

/// <summary>A message inside another. Its codec is looked up when it is first needed, as messages may nest in themselves.</summary>
internal readonly struct MessageForm<TMessage> : IJsonForm<TMessage>
    where TMessage : class, IMessage<TMessage>, new()
{
    public static bool IsDefault(TMessage value) => value is null;

    public static void Write(Utf8JsonWriter writer, TMessage value) => MessageCodec<TMessage>.Instance.Write(writer, value);

    public static TMessage Read(ref JsonSource source) => MessageCodec<TMessage>.Instance.Read(ref source);
}

/// <summary>A wrapper (Int32Value, …): absent is null, and its zero is written.</summary>
internal readonly struct WrappedForm<TValue, TForm> : IJsonForm<TValue?>
    where TValue : struct
    where TForm : struct, IJsonForm<TValue>
{
    public static bool IsDefault(TValue? value) => value is null;

    public static void Write(Utf8JsonWriter writer, TValue? value) => TForm.Write(writer, value.GetValueOrDefault());

    public static TValue? Read(ref JsonSource source) => TForm.Read(ref source);
}

/// <inheritdoc cref="WrappedForm{TValue, TForm}"/>
internal readonly struct WrappedReferenceForm<TValue, TForm> : IJsonForm<TValue>
    where TValue : class
    where TForm : struct, IJsonForm<TValue>
{
    public static bool IsDefault(TValue value) => value is null;

    public static void Write(Utf8JsonWriter writer, TValue value) => TForm.Write(writer, value);

    public static TValue Read(ref JsonSource source) => TForm.Read(ref source);
}
