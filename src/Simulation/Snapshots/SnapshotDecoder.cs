using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Simulation.Snapshots;

/// <summary>What became of a received part.</summary>
public enum SnapshotOutcome
{
    /// <summary>The part completed its snapshot, which is now <see cref="SnapshotDecoder.Latest"/>.</summary>
    Complete,

    /// <summary>Kept; parts of its snapshot are missing yet.</summary>
    Incomplete,

    /// <summary>Of a tick that is no newer than what is known, or a part that came twice.</summary>
    Stale,

    /// <summary>Not a part of a snapshot of this schema.</summary>
    Malformed,
}

/// <summary>
/// Puts snapshots together from their parts, which may come late, twice, damaged or never. One snapshot is assembled at a time: a part
/// of a newer tick gives up an older unfinished one, since the newer tick says more.
/// </summary>
public sealed class SnapshotDecoder
{
    private readonly byte[][] _bodies = new byte[Limits.SnapshotPartsMax][];
    private readonly int[] _lengths = new int[Limits.SnapshotPartsMax];
    private WorldSnapshot _assembling;
    private Tick _tick;
    private int _partCount;
    private int _partsHere;

    public SnapshotDecoder(ReplicationSchema schema)
    {
        Latest = new WorldSnapshot(schema);
        _assembling = new WorldSnapshot(schema);
    }

    /// <summary>The newest whole snapshot; empty, with tick zero, before there is one.</summary>
    public WorldSnapshot Latest { get; private set; }

    public SnapshotOutcome Add(ReadOnlySpan<byte> part)
    {
        if (!SnapshotHeader.TryRead(part, out SnapshotHeader header) || part.Length is SnapshotHeader.Bytes or > SnapshotHeader.Bytes + Limits.SnapshotBodyBytesMax
            || header.PartCount > Limits.SnapshotPartsMax)
        {
            return SnapshotOutcome.Malformed;
        }

        if (header.Tick <= Latest.Tick || header.Tick < _tick)
        {
            return SnapshotOutcome.Stale;
        }

        if (header.Tick > _tick)
        {
            Begin(header);
        }

        if (header.PartCount != _partCount)
        {
            return SnapshotOutcome.Malformed;
        }

        if (_lengths[header.PartIndex] > 0)
        {
            return SnapshotOutcome.Stale;
        }

        ReadOnlySpan<byte> body = part[SnapshotHeader.Bytes..];
        _bodies[header.PartIndex] ??= new byte[Limits.SnapshotBodyBytesMax];
        body.CopyTo(_bodies[header.PartIndex]);
        _lengths[header.PartIndex] = body.Length;
        return ++_partsHere < _partCount ? SnapshotOutcome.Incomplete : Finish(header);
    }

    private void Begin(SnapshotHeader header)
    {
        _tick = header.Tick;
        _partCount = header.PartCount;
        _partsHere = 0;
        Array.Clear(_lengths);
    }

    private SnapshotOutcome Finish(SnapshotHeader header)
    {
        _assembling.Clear();
        for (int i = 0; i < _partCount; i++)
        {
            if (!_assembling.TryAddPart(_bodies[i].AsSpan(0, _lengths[i])))
            {
                // Its tick may be damaged too: parts of earlier ones than that must still count.
                _tick = Latest.Tick;
                return SnapshotOutcome.Malformed;
            }
        }

        _assembling.Sort();
        _assembling.Header = header;
        (Latest, _assembling) = (_assembling, Latest);
        return SnapshotOutcome.Complete;
    }
}
