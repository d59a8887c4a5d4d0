using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Simulation.Snapshots;

/// <summary>
/// What a client knows of the world at one tick: entities in ascending index with the raw fields of their components. Reused from
/// snapshot to snapshot; nothing allocates once it has grown.
/// </summary>
public sealed class WorldSnapshot
{
    private readonly SnapshotLayout _layout;
    private readonly Dictionary<Type, ReplicatedComponent?> _bound = [];
    private Row[] _rows = new Row[64];
    private int[] _raw = new int[1024];
    private int _rawCount;

    public WorldSnapshot(ReplicationSchema schema)
    {
        Schema = schema;
        _layout = new SnapshotLayout(schema);
    }

    public ReplicationSchema Schema { get; }

    /// <summary>Of the last part read; equal in all parts but for its index.</summary>
    public SnapshotHeader Header { get; internal set; }

    public Tick Tick => Header.Tick;

    /// <summary>How many entities there are; rows go from 0 to this.</summary>
    public int Count { get; private set; }

    /// <summary>Names an entity for as long as it lives: its index in the upper bits, its generation in the lowest eight.</summary>
    public uint Key(int row) => Rows[row].Key;

    public bool Has(int row, int component) => (Rows[row].Mask & (1u << component)) != 0;

    /// <summary>The raw fields of a component, in the schema's order; empty if the entity lacks it.</summary>
    public ReadOnlySpan<int> Fields(int row, int component)
    {
        Row found = Rows[row];
        int start = found.Layout.Start[component];
        return start < 0 ? [] : _raw.AsSpan(found.Raw + start, Schema.Components[component].Fields.Count);
    }

    /// <summary>The row of an entity by its key, or -1.</summary>
    public int Find(uint key)
    {
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            uint at = _rows[middle].Key;
            if (at == key)
            {
                return middle;
            }

            (low, high) = at < key ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>
    /// A component as the game's own struct; fields that do not travel are zero. False if the entity lacks it, or if the server's
    /// schema knows no component of that name with the same fields.
    /// </summary>
    public bool TryGet<T>(int row, out T component)
        where T : unmanaged
    {
        component = default;
        if (!_bound.TryGetValue(typeof(T), out ReplicatedComponent? source))
        {
            source = Bind<T>();
            _bound.Add(typeof(T), source);
        }

        int index = source is null ? -1 : Schema.IndexOf(source.Name);
        if (index < 0 || !Has(row, index))
        {
            return false;
        }

        source!.Restore(Fields(row, index), MemoryMarshal.AsBytes(new Span<T>(ref component)));
        return true;
    }

    /// <summary>
    /// A component between two snapshots: fields that may be interpolated lie <paramref name="fraction"/> of the way from the older to
    /// this one, the others are this one's. An entity the older lacks stands where it appeared.
    /// </summary>
    /// <param name="row">The entity's row in this, the newer snapshot.</param>
    public bool TryGetBetween<T>(WorldSnapshot older, int row, float fraction, out T component)
        where T : unmanaged
    {
        if (!TryGet(row, out component))
        {
            return false;
        }

        ReplicatedComponent source = _bound[typeof(T)]!;
        int index = Schema.IndexOf(source.Name);
        int olderRow = older.Find(Key(row));
        if (olderRow >= 0 && older.Has(olderRow, index))
        {
            source.Blend(older.Fields(olderRow, index), Fields(row, index), fraction, MemoryMarshal.AsBytes(new Span<T>(ref component)));
        }

        return true;
    }

    /// <summary>Makes this snapshot a copy of another of the same schema.</summary>
    public void CopyFrom(WorldSnapshot other)
    {
        Header = other.Header;
        Count = other.Count;
        _rawCount = other._rawCount;
        Grow(ref _rows, Count);
        Grow(ref _raw, _rawCount);
        other._rows.AsSpan(0, Count).CopyTo(_rows);
        other._raw.AsSpan(0, _rawCount).CopyTo(_raw);
    }

    internal void Clear()
    {
        Count = 0;
        _rawCount = 0;
    }

    /// <summary>Adds the entities of a part's body; false if the bytes are damaged, after which this snapshot must be cleared.</summary>
    internal bool TryAddPart(ReadOnlySpan<byte> body)
    {
        var reader = new BitReader(body);
        uint count = reader.ReadVariable();
        long index = -1;
        for (uint i = 0; i < count && !reader.Failed; i++)
        {
            uint step = reader.ReadVariable();
            index += step;
            uint generation = reader.Read(8);
            uint mask = reader.Read(_layout.MaskBits);
            if (step == 0 || index >= Limits.SnapshotEntitiesMax || mask == 0 || Schema.Components.Count == 0 || reader.Failed)
            {
                return false;
            }

            AddRow((uint)index << 8 | generation, mask, ref reader);
        }

        return !reader.Failed && reader.BitsLeft < 8;
    }

    private void AddRow(uint key, uint mask, ref BitReader reader)
    {
        SnapshotLayout.Fields fields = _layout.Of(mask);
        Grow(ref _rows, Count + 1);
        Grow(ref _raw, _rawCount + fields.Bits.Length);
        _rows[Count++] = new Row(key, mask, fields, _rawCount);
        byte[] shifts = fields.SignShifts;
        for (int f = 0; f < fields.Bits.Length; f++)
        {
            int raw = unchecked((int)reader.Read(fields.Bits[f]));
            _raw[_rawCount++] = raw << shifts[f] >> shifts[f];
        }
    }

    /// <summary>Ascending by key, whatever the order in which the parts came.</summary>
    internal void Sort() => _rows.AsSpan(0, Count).Sort();

    private static void Grow<TItem>(ref TItem[] items, int count)
    {
        if (count > items.Length)
        {
            Array.Resize(ref items, Math.Max(items.Length * 2, count));
        }
    }

    private ReadOnlySpan<Row> Rows => _rows.AsSpan(0, Count);

    private ReplicatedComponent? Bind<T>()
        where T : unmanaged
    {
        ReplicatedComponent? source = ReplicatedComponent.TryCreate<T>();
        int index = source is null ? -1 : Schema.IndexOf(source.Name);
        return index >= 0 && Schema.Components[index].Fields.SequenceEqual(source!.Fields) ? source : null;
    }

    private readonly record struct Row(uint Key, uint Mask, SnapshotLayout.Fields Layout, int Raw) : IComparable<Row>
    {
        public int CompareTo(Row other) => Key.CompareTo(other.Key);
    }
}
