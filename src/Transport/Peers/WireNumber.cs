namespace RealtimeServer.Transport.Peers;

/// <summary>
/// The number a client knows its connection by, 31 bits: 15 of the slot, 3 of the shard, the rest noise that makes it hard to guess.
/// </summary>
internal static class WireNumber
{
    /// <summary>Noise is below this.</summary>
    public const int NoiseMax = 1 << (31 - SlotBits - ConnectionId.ShardBits);

    private const int SlotBits = 15;

    public static int Of(ConnectionId id, int noise) => id.Slot | (id.Shard << SlotBits) | (noise << (SlotBits + ConnectionId.ShardBits));

    public static int Slot(int number) => number & ((1 << SlotBits) - 1);

    public static int Shard(int number) => (number >> SlotBits) & ((1 << ConnectionId.ShardBits) - 1);
}
