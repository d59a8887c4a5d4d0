using System.Runtime.InteropServices;

namespace RealtimeServer.Physics.Snapshots;

/// <summary>What stands before the lists: 56 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct SnapshotHeader
{
    /// <summary>"RSPW", little-endian.</summary>
    public const uint MagicValue = 0x57505352;

    /// <summary>Of the layout of the lists: raised by any change to their items.</summary>
    public const uint VersionValue = 2;

    public uint Magic;
    public uint Version;

    /// <summary>Of all that follows it.</summary>
    public ulong Checksum;

    /// <summary>Of the world's options: another world would go on in another way.</summary>
    public ulong OptionsHash;
    public ulong StepCount;
    public float LastH;
    public int HasWoken;
    public int StaticCount;
    public int MovingCount;
    public int Lists;
    public int Unused;
}
