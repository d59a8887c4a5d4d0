using RealtimeServer.Simulation.Snapshots;

namespace RealtimeServer.Simulation.Harness;

/// <summary>Makes whole parts, header and body, of what a match writes.</summary>
internal static class Wire
{
    public static byte[][] Parts(MatchSimulation match)
    {
        byte[] buffer = new byte[Limits.SnapshotPartsMax * Limits.SnapshotBodyBytesMax];
        var ranges = new Range[Limits.SnapshotPartsMax];
        int count = match.WriteSnapshot(buffer, ranges);
        byte[][] parts = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            byte[] body = buffer[ranges[i]];
            parts[i] = new byte[SnapshotHeader.Bytes + body.Length];
            new SnapshotHeader((byte)i, (byte)count, match.Tick, 3, 120, 7).Write(parts[i]);
            body.CopyTo(parts[i], SnapshotHeader.Bytes);
        }

        return parts;
    }
}
