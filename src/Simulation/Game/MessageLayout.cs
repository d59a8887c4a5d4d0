using System.Reflection;
using System.Runtime.CompilerServices;

namespace RealtimeServer.Simulation.Game;

/// <summary>
/// Checks that a struct can travel as it lies in memory: small, sequential and without padding. Padding would carry whatever was in
/// memory before to other players, and would lie elsewhere in other languages.
/// </summary>
internal static class MessageLayout
{
    /// <exception cref="GameException">The struct cannot travel; the message names the field.</exception>
    public static void Check<T>(string use)
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        if (size > Limits.MessageBytesMax)
        {
            throw new GameException($"{use} {typeof(T).Name} has {size} bytes, at most {Limits.MessageBytesMax} are allowed");
        }

        if (IsEmpty(typeof(T)))
        {
            throw new GameException($"{use} {typeof(T).Name} has no fields; an empty struct still takes a byte of padding: give it a byte field");
        }

        (int end, int alignment, string? padded) = Walk(typeof(T), typeof(T).Name);
        string? fault = padded ?? (end % alignment != 0 || end != size ? $"the end of {typeof(T).Name}" : null);
        if (fault is not null)
        {
            throw new GameException($"{use} {typeof(T).Name} has padding at {fault}: order its fields from large to small, or fill the gap with explicit fields");
        }
    }

    private static bool IsEmpty(Type type) => Fields(type).Length == 0;

    private static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    /// <summary>The sequential layout of a type: where its last field ends, its alignment, and the first field with a gap before it.</summary>
    private static (int End, int Alignment, string? Padded) Walk(Type type, string path)
    {
        if (type.IsEnum)
        {
            type = Enum.GetUnderlyingType(type);
        }

        if (type.IsPrimitive)
        {
            int size = PrimitiveBytes(type);
            return (size, size, null);
        }

        int end = 0;
        int alignment = 1;
        string? padded = null;
        foreach (FieldInfo field in Fields(type))
        {
            string name = $"{path}.{field.Name}";
            (int fieldEnd, int fieldAlignment, string? inner) = Walk(field.FieldType, name);
            padded ??= inner ?? (end % fieldAlignment != 0 ? name : null) ?? (fieldEnd % fieldAlignment != 0 ? $"the end of {name}" : null);
            end = RoundUp(end, fieldAlignment) + RoundUp(fieldEnd, fieldAlignment);
            alignment = Math.Max(alignment, fieldAlignment);
        }

        return (type.GetCustomAttribute<InlineArrayAttribute>() is { } array ? end * array.Length : end, alignment, padded);
    }

    private static int RoundUp(int value, int alignment) => (value + alignment - 1) / alignment * alignment;

    private static int PrimitiveBytes(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean or TypeCode.Byte or TypeCode.SByte => 1,
        TypeCode.Char or TypeCode.Int16 or TypeCode.UInt16 => 2,
        TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Single => 4,
        TypeCode.Int64 or TypeCode.UInt64 or TypeCode.Double => 8,
        _ => throw new GameException($"a message may not hold {type.Name}: its size depends on the machine"),
    };
}
