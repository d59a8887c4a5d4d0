using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace RealtimeServer.Protocol.Rest;

/// <summary>One value of a query string as the value of a field. The error texts are those Nakama's clients have met.</summary>
internal static class QueryValue
{
    private const string ParseInt = "ParseInt";
    private const string ParseUint = "ParseUint";
    private const string ParseFloat = "ParseFloat";

    /// <summary>Whether one query parameter can hold this field: scalars, enums, wrappers of scalars, and times.</summary>
    public static bool Holds(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Group => false,
        FieldType.Message => field.MessageType == Timestamp.Descriptor || (Wrapped(field.MessageType) is not null && !field.IsRepeated),
        _ => true,
    };

    public static bool TryParse(FieldDescriptor field, string text, out object? value, [NotNullWhen(false)] out string? reason)
    {
        if (field.FieldType == FieldType.Message)
        {
            // Reflection takes the bare value of a wrapper.
            return field.MessageType == Timestamp.Descriptor
                ? TryParseTime(text, out value, out reason)
                : TryParseScalar(Wrapped(field.MessageType)!.FieldType, text, out value, out reason);
        }
        return field.FieldType == FieldType.Enum
            ? TryParseEnum(field, text, out value, out reason)
            : TryParseScalar(field.FieldType, text, out value, out reason);
    }

    private static FieldDescriptor? Wrapped(MessageDescriptor message) =>
        message.File == Int32Value.Descriptor.File ? message.FindFieldByNumber(1) : null;

    private static bool TryParseScalar(FieldType type, string text, out object? value, [NotNullWhen(false)] out string? reason)
    {
        switch (type)
        {
            case FieldType.String:
                value = text;
                reason = null;
                return true;
            case FieldType.Bool:
                return TryParseBool(text, out value, out reason);
            case FieldType.Bytes:
                return TryParseBytes(text, out value, out reason);
            case FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32:
                return TryParseNumber<int>(ParseInt, text, out value, out reason);
            case FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64:
                return TryParseNumber<long>(ParseInt, text, out value, out reason);
            case FieldType.UInt32 or FieldType.Fixed32:
                return TryParseNumber<uint>(ParseUint, text, out value, out reason);
            case FieldType.UInt64 or FieldType.Fixed64:
                return TryParseNumber<ulong>(ParseUint, text, out value, out reason);
            case FieldType.Float:
                return TryParseNumber<float>(ParseFloat, text, out value, out reason);
            case FieldType.Double:
                return TryParseNumber<double>(ParseFloat, text, out value, out reason);
            default:
                value = null;
                reason = "this field cannot be a query parameter";
                return false;
        }
    }

    private static bool TryParseBool(string text, out object? value, [NotNullWhen(false)] out string? reason)
    {
        bool? parsed = text switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
            _ => null,
        };
        value = parsed;
        reason = parsed is null ? Syntax("ParseBool", text) : null;
        return parsed is not null;
    }

    private static bool TryParseNumber<T>(string function, string text, out object? value, [NotNullWhen(false)] out string? reason)
        where T : struct, INumber<T>
    {
        NumberStyles styles = function == ParseFloat
            ? NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent
            : NumberStyles.AllowLeadingSign;
        bool parsed = T.TryParse(text, styles, CultureInfo.InvariantCulture, out T number);
        value = number;
        reason = parsed ? null : OutOfRange(text) ? $"strconv.{function}: parsing \"{text}\": value out of range" : Syntax(function, text);
        return parsed;
    }

    private static bool OutOfRange(string text) =>
        BigInteger.TryParse(text.AsSpan(0, Math.Min(text.Length, 64)), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static bool TryParseBytes(string text, out object? value, [NotNullWhen(false)] out string? reason)
    {
        try
        {
            value = ByteString.FromBase64(text.Replace('-', '+').Replace('_', '/'));
            reason = null;
            return true;
        }
        catch (FormatException)
        {
            value = null;
            reason = "illegal base64 data";
            return false;
        }
    }

    private static bool TryParseTime(string text, out object? value, [NotNullWhen(false)] out string? reason)
    {
        bool parsed = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time);
        value = parsed ? Timestamp.FromDateTimeOffset(time) : null;
        reason = parsed ? null : $"\"{text}\" is no RFC 3339 time";
        return parsed;
    }

    private static bool TryParseEnum(FieldDescriptor field, string text, out object? value, [NotNullWhen(false)] out string? reason)
    {
        EnumValueDescriptor? named = field.EnumType.FindValueByName(text);
        if (named is null && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
        {
            named = field.EnumType.FindValueByNumber(number);
        }
        value = named is null ? null : System.Enum.ToObject(field.EnumType.ClrType, named.Number);
        reason = named is null ? $"\"{text}\" is not a valid value" : null;
        return named is not null;
    }

    private static string Syntax(string function, string text) => $"strconv.{function}: parsing \"{text}\": invalid syntax";
}
