using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Simulation.Snapshots;

/// <summary>Which fields an entity with a given set of components has, and how wide each is; made once for every set that occurs.</summary>
internal sealed class SnapshotLayout
{
    private readonly ReplicationSchema _schema;
    private readonly Dictionary<uint, Fields> _byMask = [];

    public SnapshotLayout(ReplicationSchema schema)
    {
        _schema = schema;
        MaskBits = Math.Max(1, schema.Components.Count);
    }

    /// <summary>Width of the component mask.</summary>
    public int MaskBits { get; }

    public Fields Of(uint mask)
    {
        if (!_byMask.TryGetValue(mask, out Fields? fields))
        {
            // Damaged bytes can name any set of components: forgetting all is cheaper than remembering every one.
            if (_byMask.Count == Limits.SnapshotLayoutsMax)
            {
                _byMask.Clear();
            }

            fields = new Fields(_schema, mask);
            _byMask.Add(mask, fields);
        }

        return fields;
    }

    /// <summary>The fields of one set of components, in wire order.</summary>
    internal sealed class Fields
    {
        public Fields(ReplicationSchema schema, uint mask)
        {
            var bits = new List<byte>();
            var signShifts = new List<byte>();
            Start = new int[schema.Components.Count];
            for (int component = 0; component < schema.Components.Count; component++)
            {
                Start[component] = (mask & (1u << component)) != 0 ? bits.Count : -1;
                if (Start[component] >= 0)
                {
                    bits.AddRange(schema.Components[component].Fields.Select(field => (byte)field.Bits));
                    signShifts.AddRange(schema.Components[component].Fields.Select(field => (byte)(field.Signed ? 32 - field.Bits : 0)));
                }
            }

            Bits = [.. bits];
            SignShifts = [.. signShifts];
            TotalBits = bits.Sum(width => width);
        }

        /// <summary>Width of each field.</summary>
        public byte[] Bits { get; }

        /// <summary>How far left and back a raw value of each field is shifted to spread its sign; 0 for unsigned ones.</summary>
        public byte[] SignShifts { get; }

        /// <summary>Where the fields of a component begin, or -1 if the set lacks it.</summary>
        public int[] Start { get; }

        public int TotalBits { get; }
    }
}
