using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Foundation;

namespace RealtimeServer.Protocol.Json;

/// <summary>What fields of texts get: anything, and half of the time what belongs into a field of that name, where that is known.</summary>
internal sealed class RandomTexts(IEnumerable<string> any)
{
    private readonly List<string> _any = [.. any];
    private readonly Dictionary<string, List<string>> _fields = new(StringComparer.Ordinal);

    public void Add(params string[] texts) => _any.AddRange(texts);

    /// <param name="fields">Names of fields, with commas between.</param>
    /// <param name="texts">What leads further there.</param>
    public void AddTo(string fields, params string[] texts)
    {
        foreach (string field in fields.Split(','))
        {
            _fields.TryAdd(field, []);
            _fields[field].AddRange(texts);
        }
        _any.AddRange(texts);
    }

    /// <summary>Puts a text in the place of one that leads nowhere any more.</summary>
    public void Replace(string old, string text)
    {
        foreach (List<string> texts in _fields.Values.Append(_any))
        {
            for (int i = texts.IndexOf(old); i >= 0; i = texts.IndexOf(old))
            {
                texts[i] = text;
            }
        }
    }

    public string Next(string field, ref DeterministicRandom random)
    {
        List<string> texts = random.Next(0, 2) == 0 && _fields.TryGetValue(field, out List<string>? known) ? known : _any;
        return texts[random.Next(0, texts.Count)];
    }
}

/// <summary>Messages of any type of the contract, filled from a seed: zeros, bounds, odd texts and everything between.</summary>
internal static class RandomMessages
{
    /// <summary>Texts that fields get; a test may put in those that lead further.</summary>
    public static readonly string[] OddTexts = ["", "x", "\"\\\u0000\n", "é", "日本", "\U0001F600", "</script>", "a b", "0", "null", "2026-11-20T21:29:27Z"];
    private static readonly RandomTexts Odd = new(OddTexts);
    private static readonly long[] Wholes = [0, 1, 1, 2, 7, 20, -1, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue];
    private static readonly double[] Fractions = [0, 1, -1, 0.1, 1e300, -1e-300, double.NaN, double.PositiveInfinity, double.NegativeInfinity];

    public static IMessage Next(MessageDescriptor descriptor, ref DeterministicRandom random, RandomTexts? texts = null, int depth = 0)
    {
        texts ??= Odd;
        IMessage message = descriptor.Parser.ParseFrom(ByteString.Empty);
        foreach (FieldDescriptor field in descriptor.Fields.InDeclarationOrder())
        {
            if (random.Next(0, 3) == 0 || (depth > 3 && field.FieldType == FieldType.Message))
            {
                continue;
            }
            if (field.IsMap)
            {
                IDictionary map = (IDictionary)field.Accessor.GetValue(message);
                for (int i = random.Next(0, 3); i > 0; i--)
                {
                    map[texts.Next(field.Name, ref random)] = Value(field.MessageType.FindFieldByNumber(2), field.Name, ref random, texts, depth);
                }
            }
            else if (field.IsRepeated)
            {
                IList list = (IList)field.Accessor.GetValue(message);
                for (int i = random.Next(0, 3); i > 0; i--)
                {
                    list.Add(Value(field, field.Name, ref random, texts, depth));
                }
            }
            else
            {
                field.Accessor.SetValue(message, Value(field, field.Name, ref random, texts, depth));
            }
        }
        return message;
    }

    private static object Value(FieldDescriptor field, string name, ref DeterministicRandom random, RandomTexts texts, int depth)
    {
        long whole = Wholes[random.Next(0, Wholes.Length)];
        double fraction = Fractions[random.Next(0, Fractions.Length)];
        string text = texts.Next(name, ref random);
        switch (field.FieldType)
        {
            case FieldType.String:
                return text;
            case FieldType.Bytes:
                return ByteString.CopyFromUtf8(text);
            case FieldType.Bool:
                return whole > 0;
            case FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32:
                return (int)whole;
            case FieldType.UInt32 or FieldType.Fixed32:
                return (uint)whole;
            case FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64:
                return whole;
            case FieldType.UInt64 or FieldType.Fixed64:
                return (ulong)whole;
            case FieldType.Double:
                return fraction;
            case FieldType.Float:
                return (float)fraction;
            case FieldType.Enum:
                return System.Enum.ToObject(field.EnumType.ClrType, field.EnumType.Values[random.Next(0, field.EnumType.Values.Count)].Number);
            default:
                return Message(field.MessageType, name, ref random, texts, depth);
        }
    }

    private static object Message(MessageDescriptor type, string name, ref DeterministicRandom random, RandomTexts texts, int depth)
    {
        if (type == Timestamp.Descriptor)
        {
            int[] nanos = [0, 500_000_000, 382_210_000, 1, 999_999_999];
            return new Timestamp { Seconds = random.Next(0, 2_000_000_000) - 1_000_000_000, Nanos = nanos[random.Next(0, nanos.Length)] };
        }
        // Wrappers are set by the value they hold.
        FieldDescriptor? wrapped = type.File.Package == "google.protobuf" ? type.FindFieldByName("value") : null;
        return wrapped is null ? Next(type, ref random, texts, depth + 1) : Value(wrapped, name, ref random, texts, depth);
    }
}
