using RealtimeServer.Foundation;

namespace RealtimeServer.Matches.Simulated;

/// <summary>Buffers a worker lends to the match it runs; one set a worker, however many matches.</summary>
internal sealed class TickScratch
{
    public byte[] Bodies { get; } = new byte[Simulation.Limits.SnapshotPartsMax * Simulation.Limits.SnapshotBodyBytesMax];

    public Range[] Parts { get; } = new Range[Simulation.Limits.SnapshotPartsMax];

    /// <summary>A match that is being saved.</summary>
    public StateWriter Saved { get; } = new(Simulation.Limits.CheckpointBytesMax);

    /// <summary>One part as a member gets it: header and body.</summary>
    public byte[] Part { get; } = new byte[Limits.SnapshotPartBytesMax];
}
