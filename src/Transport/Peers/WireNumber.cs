using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// The number a client knows its connection by, 31 bits: 15 of the slot, 3 of the shard, 12 of noise that makes it hard to guess, and the one of
/// <see cref="ConnectAccept.PatientBit"/>.
/// </summary>
internal static class WireNumber
{
    /// <summary>Noise is below this.</summary>
    public const int NoiseMax = 1 << (30 - SlotBits - ConnectionId.ShardBits);

    private const int SlotBits = 15;

    public static int Of(ConnectionId id, int noise, bool isPatient) =>
        id.Slot | (id.Shard << SlotBits) | (noise << (SlotBits + ConnectionId.ShardBits)) | (isPatient ? ConnectAccept.PatientBit : 0);

    public static bool IsPatient(int number) => (number & ConnectAccept.PatientBit) != 0;

    public static int Slot(int number) => number & ((1 << SlotBits) - 1);

    public static int Shard(int number) => (number >> SlotBits) & ((1 << ConnectionId.ShardBits) - 1);
}
