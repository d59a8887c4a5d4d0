using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace RealtimeServer.Protocol.Json;

internal readonly struct Int32Form : IJsonForm<int>
{
    public static bool IsDefault(int value) => value == 0;

    public static void Write(Utf8JsonWriter writer, int value) => writer.WriteNumberValue(value);

    public static int Read(ref JsonSource source) =>
        source.Reader.TokenType == JsonTokenType.Number && source.Reader.TryGetInt32(out int value)
            ? value
            : (int)Whole.Read(ref source, "int32", int.MinValue, int.MaxValue);
}

internal readonly struct UInt32Form : IJsonForm<uint>
{
    public static bool IsDefault(uint value) => value == 0;

    public static void Write(Utf8JsonWriter writer, uint value) => writer.WriteNumberValue(value);

    public static uint Read(ref JsonSource source) =>
        source.Reader.TokenType == JsonTokenType.Number && source.Reader.TryGetUInt32(out uint value)
            ? value
            : (uint)Whole.Read(ref source, "uint32", uint.MinValue, uint.MaxValue);
}

/// <summary>Written as text: JavaScript's numbers end at 2^53.</summary>
internal readonly struct Int64Form : IJsonForm<long>
{
    public static bool IsDefault(long value) => value == 0;

    public static void Write(Utf8JsonWriter writer, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
        writer.WriteStringValue(digits[..length]);
    }

    public static long Read(ref JsonSource source)
    {
        if (source.Reader.TokenType == JsonTokenType.String
            && !source.Reader.ValueIsEscaped
            && source.Reader.ValueSpan is [(byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..] digits
            && Utf8Parser.TryParse(digits, out long value, out int consumed)
            && consumed == digits.Length)
        {
            return value;
        }
        return (long)Whole.Read(ref source, "int64", long.MinValue, long.MaxValue);
    }
}

/// <inheritdoc cref="Int64Form"/>
internal readonly struct UInt64Form : IJsonForm<ulong>
{
    public static bool IsDefault(ulong value) => value == 0;

    public static void Write(Utf8JsonWriter writer, ulong value)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
        writer.WriteStringValue(digits[..length]);
    }

    public static ulong Read(ref JsonSource source) => (ulong)Whole.Read(ref source, "uint64", ulong.MinValue, ulong.MaxValue);
}

internal readonly struct DoubleForm : IJsonForm<double>
{
    // Minus zero is not zero: it is written.
    public static bool IsDefault(double value) => BitConverter.DoubleToInt64Bits(value) == 0;

    public static void Write(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
        }
    }

    public static double Read(ref JsonSource source)
    {
        double value = 0;
        if (source.Reader.TokenType == JsonTokenType.Number && source.Reader.TryGetDouble(out value) && double.IsFinite(value))
        {
            return value;
        }
        string text = source.Reader.TokenType == JsonTokenType.String ? source.Reader.GetString()! : "";
        switch (text)
        {
            case "NaN":
                return double.NaN;
            case "Infinity":
                return double.PositiveInfinity;
            case "-Infinity":
                return double.NegativeInfinity;
            default:
                if (!Whole.Begins(text) || !double.TryParse(text, Whole.Styles, CultureInfo.InvariantCulture, out value) || !double.IsFinite(value))
                {
                    source.RefuseValue("double");
                }
                return value;
        }
    }
}

internal readonly struct SingleForm : IJsonForm<float>
{
    public static bool IsDefault(float value) => BitConverter.SingleToInt32Bits(value) == 0;

    public static void Write(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            DoubleForm.Write(writer, value);
        }
    }

    public static float Read(ref JsonSource source)
    {
        double value = DoubleForm.Read(ref source);
        if (double.IsFinite(value) && Math.Abs(value) > float.MaxValue)
        {
            source.RefuseValue("float");
        }
        return (float)value;
    }
}

/// <summary>Whole numbers in their rarer spellings: as text, with an exponent, with a fraction of zero.</summary>
internal static class Whole
{
    public const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static decimal Read(ref JsonSource source, string kind, decimal min, decimal max)
    {
        decimal value = 0;
        bool read = source.Reader.TokenType switch
        {
            JsonTokenType.Number => source.Reader.TryGetDecimal(out value),
            JsonTokenType.String => source.Reader.GetString() is string text
                && Begins(text) && decimal.TryParse(text, Styles, CultureInfo.InvariantCulture, out value),
            _ => false,
        };
        if (!read || value < min || value > max || decimal.Truncate(value) != value)
        {
            source.RefuseValue(kind);
        }
        return value;
    }

    /// <summary>Whether a text begins as a JSON number does; a leading plus or point is none.</summary>
    public static bool Begins(string text) => text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] == '-');
}
