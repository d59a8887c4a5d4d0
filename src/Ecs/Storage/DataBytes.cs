using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs.Storage;

/// <summary>
/// Which bytes of a struct are data and which are padding. Copies leave anything in padding, so a hash that read it would differ between equal worlds.
/// The layout is found by trial, because reflection does not tell managed field offsets: a field of a zeroed, boxed struct is filled with
/// ones, and where the ones show up is where it lies.
/// </summary>
internal sealed class DataBytes
{
    private readonly (int Start, int Bytes)[] _runs;

    private DataBytes((int Start, int Bytes)[] runs, int size, ulong layoutHash)
    {
        _runs = runs;
        LayoutHash = layoutHash;
        HasPadding = runs.Length != 1 || runs[0].Bytes != size;
    }

    public bool HasPadding { get; }

    /// <summary>Of the fields' names, types and places: bytes of one layout mean nothing in another.</summary>
    public ulong LayoutHash { get; }

    public static DataBytes Of(Type type, int size)
    {
        bool[] mask = new bool[size];
        var layout = new StateHash(seed: (ulong)size);
        Mark(type, type, mask, ref layout);
        var runs = new List<(int Start, int Bytes)>();
        for (int start = 0; start < size; start++)
        {
            int end = start;
            while (end < size && mask[end])
            {
                end++;
            }

            if (end > start)
            {
                runs.Add((start, end - start));
                start = end;
            }
        }

        return new DataBytes([.. runs], size, layout.Value);
    }

    /// <summary>Hashes a column of <paramref name="size"/>-byte rows.</summary>
    public void Hash(ref StateHash hash, ReadOnlySpan<byte> column, int size)
    {
        if (!HasPadding)
        {
            hash.Add(column);
            return;
        }

        for (int row = 0; row < column.Length; row += size)
        {
            foreach ((int start, int bytes) in _runs)
            {
                hash.Add(column.Slice(row + start, bytes));
            }
        }
    }

    private static void Mark(Type root, Type type, Span<bool> mask, ref StateHash layout)
    {
        layout.Add(Encoding.UTF8.GetBytes(type.Name));
        if (type.IsPrimitive || type.IsEnum)
        {
            mask.Fill(true);
            return;
        }

        if (type.GetCustomAttribute<InlineArrayAttribute>() is { } inline)
        {
            int bytes = mask.Length / inline.Length;
            Type element = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)[0].FieldType;
            for (int i = 0; i < inline.Length; i++)
            {
                Mark(root, element, mask.Slice(i * bytes, bytes), ref layout);
            }

            return;
        }

        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (field.FieldType.IsPointer || field.FieldType.IsFunctionPointer)
            {
                EcsException.ThrowPointer(root.Name, $"{type.Name}.{field.Name}");
            }

            (int start, int bytes) = Place(type, field, mask.Length);
            layout.Add(Encoding.UTF8.GetBytes(field.Name));
            layout.Add((long)start);
            if (field.IsDefined(typeof(FixedBufferAttribute), false))
            {
                mask.Slice(start, bytes).Fill(true);
            }
            else
            {
                Mark(root, field.FieldType, mask.Slice(start, bytes), ref layout);
            }
        }
    }

    /// <summary>Where a field lies: the first byte that shows up in a zeroed struct when only this field is filled.</summary>
    private static (int Start, int Bytes) Place(Type type, FieldInfo field, int size)
    {
        object outer = RuntimeHelpers.GetUninitializedObject(type);
        object inner = RuntimeHelpers.GetUninitializedObject(field.FieldType);
        int bytes = SizeOf(field.FieldType);
        Bytes(inner, bytes).Fill(0xFF);
        field.SetValue(outer, inner);
        int start = Bytes(outer, size).IndexOfAnyExcept((byte)0);
        return (start, bytes);
    }

    private static Span<byte> Bytes(object boxed, int size) => MemoryMarshal.CreateSpan(ref Unsafe.As<Box>(boxed).FirstByte, size);

    private static int SizeOf(Type type) => (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    /// <summary>The shape of any boxed value: its bytes begin where the first field of a class does.</summary>
    private sealed class Box
    {
        public byte FirstByte;
    }
}
