using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace RealtimeServer.Protocol.Json;

/// <summary>Makes field codecs from descriptors: the only place that looks at types at run time, once a message type.</summary>
internal static class FieldCodecs
{
    /// <summary>Whether there will be a codec; costs nothing of what making it does.</summary>
    /// <exception cref="NotSupportedException">The field's type has no JSON form here.</exception>
    public static void Require(FieldDescriptor field)
    {
        if (field.IsMap && field.MessageType.FindFieldByNumber(1).FieldType != FieldType.String)
        {
            throw Unsupported(field, "maps have text for keys");
        }
        FieldDescriptor value = field.IsMap ? field.MessageType.FindFieldByNumber(2) : field;
        if (value.FieldType == FieldType.Group)
        {
            throw Unsupported(field, "groups are none");
        }
        if (value.FieldType == FieldType.Message && IsOfItsOwnForm(value.MessageType))
        {
            throw Unsupported(field, $"{value.MessageType.Name} has a form of its own");
        }
    }

    /// <exception cref="NotSupportedException">The field's type has no JSON form here.</exception>
    public static FieldCodec<TMessage> Of<TMessage>(FieldDescriptor field)
        where TMessage : class, IMessage<TMessage>, new()
    {
        Require(field);
        PropertyInfo property = typeof(TMessage).GetProperty(field.PropertyName)!;
        if (field.IsMap)
        {
            FieldDescriptor value = field.MessageType.FindFieldByNumber(2);
            System.Type valueType = property.PropertyType.GetGenericArguments()[1];
            return Make<TMessage>(typeof(MapFieldCodec<,,>), field, property, valueType, Form(value, valueType, inList: true), property.PropertyType);
        }
        if (field.IsRepeated)
        {
            System.Type element = property.PropertyType.GetGenericArguments()[0];
            return Make<TMessage>(typeof(RepeatedFieldCodec<,,>), field, property, element, Form(field, element, inList: true), property.PropertyType);
        }
        System.Type single = property.PropertyType;
        return Make<TMessage>(typeof(SingleFieldCodec<,,>), field, property, single, Form(field, single, inList: false), single);
    }

    private static FieldCodec<TMessage> Make<TMessage>(
        System.Type codec, FieldDescriptor field, PropertyInfo property, System.Type value, System.Type form, System.Type gotten)
    {
        List<object> arguments = [field, property.GetMethod!.CreateDelegate(typeof(Func<,>).MakeGenericType(typeof(TMessage), gotten))];
        if (codec == typeof(SingleFieldCodec<,,>))
        {
            arguments.Add(property.SetMethod!.CreateDelegate(typeof(Action<,>).MakeGenericType(typeof(TMessage), value)));
        }
        return (FieldCodec<TMessage>)Activator.CreateInstance(codec.MakeGenericType(typeof(TMessage), value, form), [.. arguments])!;
    }

    private static System.Type Form(FieldDescriptor field, System.Type type, bool inList)
    {
        switch (field.FieldType)
        {
            case FieldType.Enum:
                return typeof(EnumForm<>).MakeGenericType(type);
            case FieldType.Message:
                return MessageForm(field, type, inList);
            default:
                return Scalar(type) ?? throw Unsupported(field, $"{type.Name} is none");
        }
    }

    private static System.Type MessageForm(FieldDescriptor field, System.Type type, bool inList)
    {
        if (type == typeof(Timestamp))
        {
            return typeof(TimestampForm);
        }
        // Generated classes show a wrapper as a nullable value, or as text or bytes that may be null.
        if (Nullable.GetUnderlyingType(type) is System.Type value)
        {
            return typeof(WrappedForm<,>).MakeGenericType(value, Scalar(value)!);
        }
        if (Scalar(type) is System.Type form)
        {
            return inList ? form : typeof(WrappedReferenceForm<,>).MakeGenericType(type, form);
        }
        return typeof(MessageForm<>).MakeGenericType(type);
    }

    private static bool IsOfItsOwnForm(MessageDescriptor type) =>
        type.File.Package == "google.protobuf" && type.Name is "Any" or "Duration" or "FieldMask" or "ListValue" or "Struct" or "Value";

    private static System.Type? Scalar(System.Type type) =>
        type == typeof(string) ? typeof(StringForm)
        : type == typeof(bool) ? typeof(BoolForm)
        : type == typeof(int) ? typeof(Int32Form)
        : type == typeof(uint) ? typeof(UInt32Form)
        : type == typeof(long) ? typeof(Int64Form)
        : type == typeof(ulong) ? typeof(UInt64Form)
        : type == typeof(double) ? typeof(DoubleForm)
        : type == typeof(float) ? typeof(SingleForm)
        : type == typeof(ByteString) ? typeof(BytesForm)
        : null;

    private static NotSupportedException Unsupported(FieldDescriptor field, string why) =>
        new($"{field.FullName} cannot be written as JSON: of what the contract may hold, {why}.");
}
