using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace RealtimeServer.Protocol.Json;

/// <summary>One field of messages of one type: writes it unless it is left out, and reads its value.</summary>
internal abstract class FieldCodec<TMessage>
{
    protected FieldCodec(FieldDescriptor descriptor)
    {
        Descriptor = descriptor;
        Name = JsonEncodedText.Encode(descriptor.Name);
    }

    public FieldDescriptor Descriptor { get; }

    protected JsonEncodedText Name { get; }

    public abstract void Write(Utf8JsonWriter writer, TMessage message);

    /// <summary>Writes the field whatever its value: the member of a oneof that is chosen.</summary>
    public abstract void WriteAlways(Utf8JsonWriter writer, TMessage message);

    /// <summary>The source stands on the value's first token.</summary>
    public abstract void Read(ref JsonSource source, TMessage message);
}

internal sealed class SingleFieldCodec<TMessage, TValue, TForm>(
    FieldDescriptor descriptor, Func<TMessage, TValue> get, Action<TMessage, TValue> set) : FieldCodec<TMessage>(descriptor)
    where TMessage : class, IMessage<TMessage>
    where TForm : struct, IJsonForm<TValue>
{
    // "optional" in the contract: absent and zero are two things.
    private readonly bool _explicit = descriptor.HasPresence && descriptor.FieldType != FieldType.Message;

    public override void Write(Utf8JsonWriter writer, TMessage message)
    {
        TValue value = get(message);
        if (_explicit ? Descriptor.Accessor.HasValue(message) : !TForm.IsDefault(value))
        {
            writer.WritePropertyName(Name);
            TForm.Write(writer, value);
        }
    }

    public override void WriteAlways(Utf8JsonWriter writer, TMessage message)
    {
        writer.WritePropertyName(Name);
        TForm.Write(writer, get(message));
    }

    public override void Read(ref JsonSource source, TMessage message) => set(message, TForm.Read(ref source));
}

internal sealed class RepeatedFieldCodec<TMessage, TValue, TForm>(
    FieldDescriptor descriptor, Func<TMessage, RepeatedField<TValue>> get) : FieldCodec<TMessage>(descriptor)
    where TForm : struct, IJsonForm<TValue>
{
    public override void Write(Utf8JsonWriter writer, TMessage message)
    {
        if (get(message).Count > 0)
        {
            WriteAlways(writer, message);
        }
    }

    public override void WriteAlways(Utf8JsonWriter writer, TMessage message)
    {
        RepeatedField<TValue> values = get(message);
        writer.WritePropertyName(Name);
        writer.WriteStartArray();
        for (int i = 0; i < values.Count; i++)
        {
            TForm.Write(writer, values[i]);
        }
        writer.WriteEndArray();
    }

    public override void Read(ref JsonSource source, TMessage message)
    {
        if (source.Reader.TokenType != JsonTokenType.StartArray)
        {
            source.RefuseToken();
        }
        RepeatedField<TValue> values = get(message);
        while (source.Reader.Read() && source.Reader.TokenType != JsonTokenType.EndArray)
        {
            values.Add(TForm.Read(ref source));
        }
    }
}

/// <summary>A map with text for keys; the contract has no other.</summary>
internal sealed class MapFieldCodec<TMessage, TValue, TForm>(
    FieldDescriptor descriptor, Func<TMessage, MapField<string, TValue>> get) : FieldCodec<TMessage>(descriptor)
    where TForm : struct, IJsonForm<TValue>
{
    public override void Write(Utf8JsonWriter writer, TMessage message)
    {
        if (get(message).Count > 0)
        {
            WriteAlways(writer, message);
        }
    }

    public override void WriteAlways(Utf8JsonWriter writer, TMessage message)
    {
        writer.WritePropertyName(Name);
        writer.WriteStartObject();
        foreach ((string key, TValue value) in get(message))
        {
            writer.WritePropertyName(key);
            TForm.Write(writer, value);
        }
        writer.WriteEndObject();
    }

    public override void Read(ref JsonSource source, TMessage message)
    {
        if (source.Reader.TokenType != JsonTokenType.StartObject)
        {
            source.RefuseToken();
        }
        MapField<string, TValue> values = get(message);
        while (source.Reader.Read() && source.Reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = source.Reader.GetString()!;
            if (values.ContainsKey(key))
            {
                source.Refuse($"duplicate map key in field {source.Field}");
            }
            source.Reader.Read();
            values.Add(key, TForm.Read(ref source));
        }
    }
}
