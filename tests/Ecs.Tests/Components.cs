using System.Runtime.CompilerServices;

namespace RealtimeServer.Ecs;

internal struct Position
{
    public float X;
    public float Y;
}

internal struct Speed
{
    public int Value;
}

internal struct Marker;

internal struct Padded
{
    public byte Small;
    public long Large;
    public bool Last;
}

internal struct Nested
{
    public byte First;
    public Padded Inner;
    public Six Items;
    public byte After;
}

[InlineArray(6)]
internal struct Six
{
    private Pair _first;
}

internal struct Pair
{
    public ushort A;
    public uint B;
}

#pragma warning disable CS0649 // Only the layout of these counts.
internal unsafe struct Fixed
{
    public fixed byte Bytes[5];
    public int Number;
}

internal unsafe struct WithPointer
{
    public byte* Address;
}
#pragma warning restore CS0649

[InlineArray(3000)]
internal struct Huge
{
    private byte _first;
}
