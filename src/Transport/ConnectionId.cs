namespace RealtimeServer.Transport;

/// <summary>Names a server's connection: a shard, a slot of it, and the generation of its use. The default names none.</summary>
public readonly record struct ConnectionId(ulong Value)
{
    internal const int SlotBits = 16;
    internal const int ShardBits = 3;

    /// <summary>Slots of a shard.</summary>
    internal const int SlotsMax = 1 << SlotBits;

    internal int Slot => (int)(Value & (SlotsMax - 1));

    internal int Shard => (int)((Value >> SlotBits) & ((1 << ShardBits) - 1));

    /// <param name="generation">From 1.</param>
    internal static ConnectionId Of(int shard, int slot, uint generation) =>
        new(((ulong)generation << (SlotBits + ShardBits)) | ((ulong)(uint)shard << SlotBits) | (uint)slot);
}
