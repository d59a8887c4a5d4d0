using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation.Replication;

/// <summary>A replicated component type: its fields on the wire, and how they are taken from and put back into its memory.</summary>
public abstract class ReplicatedComponent
{
    private readonly FieldSource[] _sources;

    private protected ReplicatedComponent(Type type, ReplicatedField[] fields, FieldSource[] sources)
    {
        Type = type;
        Fields = fields;
        _sources = sources;
    }

    public string Name => Type.Name;

    public Type Type { get; }

    public IReadOnlyList<ReplicatedField> Fields { get; }

    internal abstract int Bytes { get; }

    internal static ReplicatedComponent? TryCreate<T>()
        where T : unmanaged
    {
        if (typeof(T).GetCustomAttribute<ReplicatedAttribute>() is null)
        {
            return null;
        }

        var fields = new List<ReplicatedField>();
        var sources = new List<FieldSource>();
        foreach (FieldInfo field in typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).OrderBy(field => field.MetadataToken))
        {
            if (field.GetCustomAttribute<QuantisedAttribute>() is { } quantised)
            {
                AddQuantised<T>(field, quantised, fields, sources);
            }
            else if (field.GetCustomAttribute<BitsAttribute>() is { } bits)
            {
                AddInteger<T>(field, bits, fields, sources);
            }
        }

        return fields.Count > 0
            ? new ReplicatedComponent<T>([.. fields], [.. sources])
            : throw new GameException($"component {typeof(T).Name} is [Replicated], but none of its fields is [Quantised] or [Bits]");
    }

    internal abstract bool IsIn(in Chunk chunk);

    /// <summary>True if the chunk's column may have been written after a version.</summary>
    internal abstract bool ChangedIn(in Chunk chunk, ulong since);

    /// <summary>The component's memory of all rows of a chunk.</summary>
    internal abstract ReadOnlySpan<byte> Rows(in Chunk chunk);

    /// <summary>Turns the fields of every row into raw numbers: field f of row r goes to <c>raw[r * stride + f]</c>.</summary>
    internal void Quantise(ReadOnlySpan<byte> rows, int count, Span<int> raw, int stride)
    {
        int bytes = Bytes;
        for (int f = 0; f < _sources.Length; f++)
        {
            FieldSource source = _sources[f];
            int at = source.Offset;
            for (int row = 0, to = f; row < count; row++, to += stride, at += bytes)
            {
                raw[to] = Quantise(rows[at..], in source);
            }
        }
    }

    /// <summary>Puts raw numbers back into the memory of one component.</summary>
    internal void Restore(ReadOnlySpan<int> raw, Span<byte> component)
    {
        for (int f = 0; f < _sources.Length; f++)
        {
            FieldSource source = _sources[f];
            Span<byte> field = component[source.Offset..];
            int value = raw[f];
            switch (source.Kind)
            {
                case FieldKind.Float:
                    MemoryMarshal.Write(field, (float)(source.Min + (value * (double)source.Step)));
                    break;
                case FieldKind.Byte or FieldKind.SByte:
                    field[0] = unchecked((byte)value);
                    break;
                case FieldKind.UInt16 or FieldKind.Int16:
                    MemoryMarshal.Write(field, unchecked((ushort)value));
                    break;
                default:
                    MemoryMarshal.Write(field, value);
                    break;
            }
        }
    }

    /// <summary>Overwrites the fields that may be interpolated with values between two snapshots.</summary>
    /// <param name="older">Raw fields of the older one.</param>
    /// <param name="newer">Raw fields of the newer one.</param>
    /// <param name="fraction">0 for the older, 1 for the newer.</param>
    /// <param name="component">The newer one's component, as <see cref="Restore"/> made it.</param>
    internal void Blend(ReadOnlySpan<int> older, ReadOnlySpan<int> newer, float fraction, Span<byte> component)
    {
        for (int f = 0; f < _sources.Length; f++)
        {
            if (Fields[f].Interpolate)
            {
                float raw = older[f] + ((newer[f] - older[f]) * fraction);
                MemoryMarshal.Write(component[_sources[f].Offset..], _sources[f].Min + (raw * _sources[f].Step));
            }
        }
    }

    private static int Quantise(ReadOnlySpan<byte> field, in FieldSource source)
    {
        switch (source.Kind)
        {
            case FieldKind.Float:
                // A NaN fails both comparisons and becomes the minimum. Doubles, because a float has no halves left above 2^23.
                double steps = (((double)MemoryMarshal.Read<float>(field) - source.Min) * source.InverseStep) + 0.5;
                return steps >= source.RawMax ? source.RawMax : steps > 0 ? (int)steps : 0;
            case FieldKind.Byte:
                return Math.Min((int)field[0], source.RawMax);
            case FieldKind.SByte:
                return Math.Clamp(unchecked((sbyte)field[0]), source.RawMin, source.RawMax);
            case FieldKind.UInt16:
                return Math.Min((int)MemoryMarshal.Read<ushort>(field), source.RawMax);
            case FieldKind.Int16:
                return Math.Clamp(MemoryMarshal.Read<short>(field), source.RawMin, source.RawMax);
            case FieldKind.UInt32:
                return unchecked((int)Math.Min(MemoryMarshal.Read<uint>(field), (uint)source.RawMax));
            default:
                return Math.Clamp(MemoryMarshal.Read<int>(field), source.RawMin, source.RawMax);
        }
    }

    private static void AddQuantised<T>(FieldInfo field, QuantisedAttribute quantised, List<ReplicatedField> fields, List<FieldSource> sources)
        where T : unmanaged
    {
        string name = $"{typeof(T).Name}.{field.Name}";
        double steps = StepCount(quantised);
        if (!(quantised.Step > 0) || !float.IsFinite(quantised.Step) || !(quantised.Max > quantised.Min) || steps > 16_777_216)
        {
            throw new GameException($"field {name}: [Quantised] needs min < max, a positive step, and at most 2^24 steps, which is what a float can tell apart");
        }

        string[] parts = field.FieldType == typeof(float) ? [field.Name]
            : field.FieldType == typeof(Vec2) ? [field.Name + ".X", field.Name + ".Y"]
            : field.FieldType == typeof(Vec3) ? [field.Name + ".X", field.Name + ".Y", field.Name + ".Z"]
            : field.FieldType == typeof(Quat) ? [field.Name + ".X", field.Name + ".Y", field.Name + ".Z", field.Name + ".W"]
            : throw new GameException($"field {name}: [Quantised] is for float, Vec2, Vec3 and Quat, not {field.FieldType.Name}; integers take [Bits]");
        int rawMax = Math.Max(1, (int)steps);
        int bits = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)rawMax);
        int offset = OffsetOf<T>(field);
        for (int i = 0; i < parts.Length; i++)
        {
            fields.Add(new ReplicatedField(parts[i], bits, quantised.Min, quantised.Step, Signed: false, quantised.Interpolate));
            sources.Add(new FieldSource(FieldKind.Float, offset + (i * sizeof(float)), quantised.Min, 1d / quantised.Step, quantised.Step, 0, rawMax));
        }
    }

    /// <summary>Steps from the least value to the greatest; a quotient that is whole but for the rounding of its floats is taken as whole.</summary>
    private static double StepCount(QuantisedAttribute quantised)
    {
        double steps = ((double)quantised.Max - quantised.Min) / quantised.Step;
        double whole = Math.Round(steps);
        return Math.Abs(steps - whole) <= steps * 2e-7 ? whole : Math.Ceiling(steps);
    }

    private static void AddInteger<T>(FieldInfo field, BitsAttribute bits, List<ReplicatedField> fields, List<FieldSource> sources)
        where T : unmanaged
    {
        string name = $"{typeof(T).Name}.{field.Name}";
        Type type = field.FieldType.IsEnum ? Enum.GetUnderlyingType(field.FieldType) : field.FieldType;
        FieldKind kind = Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean or TypeCode.Byte => FieldKind.Byte,
            TypeCode.SByte => FieldKind.SByte,
            TypeCode.UInt16 => FieldKind.UInt16,
            TypeCode.Int16 => FieldKind.Int16,
            TypeCode.UInt32 => FieldKind.UInt32,
            TypeCode.Int32 => FieldKind.Int32,
            _ => throw new GameException($"field {name}: [Bits] is for bool, enum and integers of up to 32 bits, not {field.FieldType.Name}"),
        };
        int most = type == typeof(bool) ? 1 : Marshal.SizeOf(type) * 8;
        if (bits.Count < 1 || bits.Count > most)
        {
            throw new GameException($"field {name}: [Bits({bits.Count})] is not from 1 to {most}");
        }

        bool signed = kind is FieldKind.SByte or FieldKind.Int16 or FieldKind.Int32;
        int rawMax = signed ? (int)((1L << (bits.Count - 1)) - 1) : unchecked((int)((1L << bits.Count) - 1));
        int rawMin = signed ? (int)-(1L << (bits.Count - 1)) : 0;
        fields.Add(new ReplicatedField(field.Name, bits.Count, 0, 0, signed, Interpolate: false));
        sources.Add(new FieldSource(kind, OffsetOf<T>(field), 0, 0, 0, rawMin, rawMax));
    }

    /// <summary>Where a field lies, found by setting it in an otherwise zero value: reflection does not tell a managed offset.</summary>
    private static int OffsetOf<T>(FieldInfo field)
        where T : unmanaged
    {
        byte[] pattern = new byte[16];
        Array.Fill(pattern, (byte)1);
        Type type = field.FieldType.IsEnum ? Enum.GetUnderlyingType(field.FieldType) : field.FieldType;
        object value = Type.GetTypeCode(type) switch
        {
            TypeCode.Single => MemoryMarshal.Read<float>(pattern),
            TypeCode.Boolean => true,
            TypeCode.Byte => (byte)1,
            TypeCode.SByte => (sbyte)1,
            TypeCode.UInt16 => MemoryMarshal.Read<ushort>(pattern),
            TypeCode.Int16 => MemoryMarshal.Read<short>(pattern),
            TypeCode.UInt32 => MemoryMarshal.Read<uint>(pattern),
            TypeCode.Int32 => MemoryMarshal.Read<int>(pattern),
            _ when type == typeof(Vec3) => MemoryMarshal.Read<Vec3>(pattern),
            _ when type == typeof(Quat) => MemoryMarshal.Read<Quat>(pattern),
            _ => MemoryMarshal.Read<Vec2>(pattern),
        };
        object boxed = default(T);
        field.SetValue(boxed, field.FieldType.IsEnum ? Enum.ToObject(field.FieldType, value) : value);
        T set = (T)boxed;
        return MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in set)).IndexOfAnyExcept((byte)0);
    }
}

internal sealed class ReplicatedComponent<T>(ReplicatedField[] fields, FieldSource[] sources) : ReplicatedComponent(typeof(T), fields, sources)
    where T : unmanaged
{
    internal override int Bytes => Unsafe.SizeOf<T>();

    internal override bool IsIn(in Chunk chunk) => chunk.Has<T>();

    internal override bool ChangedIn(in Chunk chunk, ulong since) => chunk.Changed<T>(since);

    internal override ReadOnlySpan<byte> Rows(in Chunk chunk) => MemoryMarshal.AsBytes(chunk.Read<T>());
}
