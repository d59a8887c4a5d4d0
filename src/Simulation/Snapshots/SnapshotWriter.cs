using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Simulation.Snapshots;

/// <summary>
/// Packs the replicated components of a world. In two passes: columns become raw numbers, a chunk at a time; then entities are written
/// in ascending index, which lets each say only how far it is from the one before.
/// <code>
/// part body:  count (variable) | entity ...
/// entity:     index - previous index (variable, previous starts at -1) | generation (8) | components (one bit each) | fields
/// </code>
/// Every part stands for itself, so that a lost one spoils no other. Nothing allocates once the buffers have grown.
/// </summary>
internal sealed class SnapshotWriter
{
    private readonly IReadOnlyList<ReplicatedComponent> _components;
    private readonly SnapshotLayout _layout;
    private readonly World _world;
    private readonly Query _everything;
    private Row[] _rows = new Row[64];
    private int[] _raw = new int[1024];
    private int _rawCount;
    private int _indexEnd;
    private int _entityCount;
    private int _chunkCount;
    private ulong _seenVersion;
    private int _seenRestores;

    public SnapshotWriter(World world, ReplicationSchema schema)
    {
        _components = schema.Sources;
        _layout = new SnapshotLayout(schema);
        _world = world;
        _everything = world.Query().Build();
    }

    /// <summary>Writes the bodies of all parts one behind the other and says where each lies. At least one part, even of an empty world.</summary>
    /// <returns>How many parts there are.</returns>
    /// <exception cref="GameException">More entities than the parts can hold.</exception>
    public int Write(Span<byte> buffer, Span<Range> parts)
    {
        Quantise();
        int partCount = 0;
        int start = 0;
        int index = 0;
        int left = _entityCount;
        do
        {
            int end = FindPartEnd(index, out int count);
            if (partCount == parts.Length || partCount == Limits.SnapshotPartsMax || start + Limits.SnapshotBodyBytesMax > buffer.Length)
            {
                throw new GameException($"a snapshot of {_entityCount} entities does not fit {partCount} parts of {Limits.SnapshotBodyBytesMax} bytes");
            }

            int bytes = WritePart(buffer.Slice(start, Limits.SnapshotBodyBytesMax), index, end, count);
            parts[partCount++] = start..(start + bytes);
            start += bytes;
            index = end;
            left -= count;
        }
        while (left > 0);
        return partCount;
    }

    private static int VariableBits(int value) => value < 128 ? 8 : value < 16_384 ? 16 : 24;

    /// <summary>Brings the raw numbers up to date. As long as no entity came, went or moved, that is only the columns written since the last time.</summary>
    private void Quantise()
    {
        bool sameRows = HasSameRows();
        ulong since = sameRows ? _seenVersion : 0;
        _seenVersion = _world.NextVersion();
        _seenRestores = _world.Restores;
        _rawCount = 0;
        _chunkCount = 0;
        if (!sameRows)
        {
            _entityCount = 0;
            Array.Clear(_rows, 0, _indexEnd);
            _indexEnd = 0;
        }

        foreach (Chunk chunk in _everything)
        {
            _chunkCount++;
            uint mask = 0;
            for (int i = 0; i < _components.Count; i++)
            {
                mask |= _components[i].IsIn(in chunk) ? 1u << i : 0;
            }

            if (mask != 0)
            {
                QuantiseChunk(in chunk, mask, since, sameRows);
            }
        }
    }

    private bool HasSameRows()
    {
        if (_seenVersion == 0 || _seenRestores != _world.Restores)
        {
            return false;
        }

        // A chunk that became empty is missed here, and shows in the count.
        int chunks = 0;
        foreach (Chunk chunk in _everything)
        {
            if (chunk.StructureVersion > _seenVersion)
            {
                return false;
            }

            chunks++;
        }

        return chunks == _chunkCount;
    }

    private void QuantiseChunk(in Chunk chunk, uint mask, ulong since, bool sameRows)
    {
        SnapshotLayout.Fields fields = _layout.Of(mask);
        int stride = fields.Bits.Length;
        int count = chunk.Count;
        if (_rawCount + (count * stride) > _raw.Length)
        {
            Array.Resize(ref _raw, Math.Max(_raw.Length * 2, _rawCount + (count * stride)));
        }

        Span<int> block = _raw.AsSpan(_rawCount, count * stride);
        for (int i = 0; i < _components.Count; i++)
        {
            if (fields.Start[i] >= 0 && _components[i].ChangedIn(in chunk, since))
            {
                _components[i].Quantise(_components[i].Rows(in chunk), count, block[fields.Start[i]..], stride);
            }
        }

        if (!sameRows)
        {
            PlaceRows(chunk.Entities, fields, mask, stride);
        }

        _rawCount += count * stride;
    }

    private void PlaceRows(ReadOnlySpan<Entity> entities, SnapshotLayout.Fields fields, uint mask, int stride)
    {
        for (int row = 0; row < entities.Length; row++)
        {
            int index = (int)entities[row].Index;
            if (index >= _rows.Length)
            {
                Array.Resize(ref _rows, Math.Max(_rows.Length * 2, index + 1));
            }

            _rows[index] = new Row(fields, mask, _rawCount + (row * stride), (byte)entities[row].Generation);
            _indexEnd = Math.Max(_indexEnd, index + 1);
        }

        _entityCount += entities.Length;
    }

    /// <summary>How far the entities of a part reach, beginning at an index.</summary>
    private int FindPartEnd(int index, out int count)
    {
        // The count itself takes at most 16 bits: a part has room for fewer than 16,384 entities.
        int bitsLeft = (Limits.SnapshotBodyBytesMax * 8) - 16;
        int previous = -1;
        count = 0;
        for (; index < _indexEnd; index++)
        {
            if (_rows[index].Fields is not { } fields)
            {
                continue;
            }

            int bits = VariableBits(index - previous) + 8 + _layout.MaskBits + fields.TotalBits;
            if (bits > bitsLeft)
            {
                break;
            }

            bitsLeft -= bits;
            previous = index;
            count++;
        }

        return index;
    }

    private int WritePart(Span<byte> body, int index, int end, int count)
    {
        var writer = new BitWriter(body);
        writer.WriteVariable((uint)count);
        int previous = -1;
        for (; index < end; index++)
        {
            ref readonly Row row = ref _rows[index];
            if (row.Fields is null)
            {
                continue;
            }

            writer.WriteVariable((uint)(index - previous));
            writer.Write(row.Generation, 8);
            writer.Write(row.Mask, _layout.MaskBits);
            byte[] bits = row.Fields.Bits;
            ReadOnlySpan<int> raw = _raw.AsSpan(row.Raw, bits.Length);
            for (int f = 0; f < bits.Length; f++)
            {
                writer.Write((uint)raw[f] & (uint.MaxValue >> (32 - bits[f])), bits[f]);
            }

            previous = index;
        }

        return writer.Finish();
    }

    private readonly record struct Row(SnapshotLayout.Fields? Fields, uint Mask, int Raw, byte Generation);
}
