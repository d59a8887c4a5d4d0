using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace RealtimeServer.Protocol.Json;

/// <summary>Messages of one type as JSON. Made once a type, at its first use; using it takes no reflection.</summary>
internal abstract class MessageCodec
{
    private static readonly ConcurrentDictionary<MessageDescriptor, MessageCodec> Known = new();

    /// <exception cref="NotSupportedException">The message holds a type that has no JSON form here.</exception>
    public static MessageCodec Of(MessageDescriptor descriptor) => Known.TryGetValue(descriptor, out MessageCodec? codec)
        ? codec
        : Known.GetOrAdd(descriptor, Make);

    public abstract IMessage Create();

    public abstract void Write(Utf8JsonWriter writer, IMessage message);

    public abstract IMessage ReadMessage(ref JsonSource source);

    private static MessageCodec Make(MessageDescriptor descriptor)
    {
        try
        {
            return (MessageCodec)typeof(MessageCodec<>)
                .MakeGenericType(descriptor.ClrType)
                .GetProperty(nameof(MessageCodec<Google.Protobuf.WellKnownTypes.Empty>.Instance))!
                .GetValue(null)!;
        }
        catch (TargetInvocationException exception) when (exception.GetBaseException() is NotSupportedException reason)
        {
            throw new NotSupportedException(reason.Message, exception);
        }
    }
}

internal sealed class MessageCodec<TMessage> : MessageCodec
    where TMessage : class, IMessage<TMessage>, new()
{
    // Bits of what a message has had already: its fields from below, its oneofs from above.
    private const int SeenBits = 128;

    private readonly FieldCodec<TMessage>[] _fields;
    private readonly Entry[] _entries;
    private readonly Named[][] _byNameLength;

    private MessageCodec(MessageDescriptor descriptor)
    {
        IList<FieldDescriptor> declared = descriptor.Fields.InDeclarationOrder();
        if (declared.Count + descriptor.Oneofs.Count > SeenBits)
        {
            throw new NotSupportedException($"{descriptor.FullName} has more than {SeenBits} fields.");
        }
        _fields = [.. declared.Select(FieldCodecs.Of<TMessage>)];
        _entries = [.. declared
            .Where(f => f.RealContainingOneof is null || f.RealContainingOneof.Fields[0] == f)
            .Select(f => new Entry(f.RealContainingOneof is null ? _fields[f.Index] : null, f.RealContainingOneof))];
        Named[] names = [.. _fields.SelectMany(static f => new[] { new Named(f.Descriptor.Name, f), new Named(f.Descriptor.JsonName, f) }).DistinctBy(n => n.Text)];
        _byNameLength = new Named[names.Length == 0 ? 0 : names.Max(n => n.Utf8.Length) + 1][];
        for (int length = 0; length < _byNameLength.Length; length++)
        {
            _byNameLength[length] = [.. names.Where(n => n.Utf8.Length == length)];
        }
    }

    public static MessageCodec<TMessage> Instance { get; } = new(new TMessage().Descriptor);

    public override IMessage Create() => new TMessage();

    public override void Write(Utf8JsonWriter writer, IMessage message) => Write(writer, (TMessage)message);

    public void Write(Utf8JsonWriter writer, TMessage message)
    {
        writer.WriteStartObject();
        foreach (Entry entry in _entries)
        {
            if (entry.Field is not null)
            {
                entry.Field.Write(writer, message);
            }
            else if (entry.Oneof!.Accessor.GetCaseFieldDescriptor(message) is FieldDescriptor chosen)
            {
                _fields[chosen.Index].WriteAlways(writer, message);
            }
        }
        writer.WriteEndObject();
    }

    public override IMessage ReadMessage(ref JsonSource source) => Read(ref source);

    public TMessage Read(ref JsonSource source)
    {
        if (source.Reader.TokenType != JsonTokenType.StartObject)
        {
            source.RefuseToken();
        }
        TMessage message = new();
        UInt128 seen = 0;
        while (source.Reader.Read() && source.Reader.TokenType == JsonTokenType.PropertyName)
        {
            FieldCodec<TMessage>? field = Find(ref source);
            if (field is null)
            {
                SkipUnknown(ref source);
                continue;
            }
            long at = source.Reader.TokenStartIndex;
            source.Reader.Read();
            if (source.Reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }
            seen = Once(seen, field.Descriptor, ref source, at);
            source.Field = field.Descriptor.Name;
            field.Read(ref source, message);
        }
        return message;
    }

    private static UInt128 Once(UInt128 seen, FieldDescriptor field, ref JsonSource source, long at)
    {
        UInt128 bit = UInt128.One << field.Index;
        if ((seen & bit) != 0)
        {
            source.RefuseAt(at, $"duplicate field \"{field.Name}\"");
        }
        if (field.RealContainingOneof is OneofDescriptor oneof)
        {
            UInt128 oneofBit = UInt128.One << (SeenBits - 1 - oneof.Index);
            if ((seen & oneofBit) != 0)
            {
                source.RefuseAt(at, $"error parsing \"{field.Name}\", oneof {oneof.FullName} is already set");
            }
            bit |= oneofBit;
        }
        return seen | bit;
    }

    private static void SkipUnknown(ref JsonSource source)
    {
        if (!source.IgnoreUnknown)
        {
            source.Refuse($"unknown field \"{source.Reader.GetString()}\"");
        }
        source.Reader.Skip();
    }

    private FieldCodec<TMessage>? Find(ref JsonSource source)
    {
        ReadOnlySpan<byte> name = source.Reader.ValueSpan;
        if (source.Reader.ValueIsEscaped)
        {
            // Escaped, a letter takes at most six bytes; what is longer is none of ours.
            Span<byte> unescaped = stackalloc byte[512];
            return name.Length > unescaped.Length ? null : Find(unescaped[..source.Reader.CopyString(unescaped)]);
        }
        return Find(name);
    }

    private FieldCodec<TMessage>? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length < _byNameLength.Length)
        {
            foreach (Named named in _byNameLength[name.Length])
            {
                if (name.SequenceEqual(named.Utf8))
                {
                    return named.Field;
                }
            }
        }
        return null;
    }

    /// <summary>What is written in one place: a field, or whichever field of a oneof is chosen.</summary>
    private readonly record struct Entry(FieldCodec<TMessage>? Field, OneofDescriptor? Oneof);

    private sealed class Named(string text, FieldCodec<TMessage> field)
    {
        public string Text { get; } = text;

        public byte[] Utf8 { get; } = System.Text.Encoding.UTF8.GetBytes(text);

        public FieldCodec<TMessage> Field { get; } = field;
    }
}
