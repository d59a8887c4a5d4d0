using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Simulation.Harness;

#pragma warning disable CS0649

internal enum Mood : byte
{
    Calm,
    Angry,
    Afraid,
}

/// <summary>A field of every kind that can travel.</summary>
[Replicated]
internal struct Zoo
{
    [Bits(1)]
    public bool Flag;

    [Bits(2)]
    public Mood Mood;

    [Bits(5)]
    public sbyte SmallSigned;

    [Bits(12)]
    public ushort Medium;

    public int ServerOnly;

    [Bits(9)]
    public short MediumSigned;

    [Bits(32)]
    public uint Large;

    [Bits(32)]
    public int LargeSigned;

    [Bits(6)]
    public int Held;

    [Quantised(-2, 2, 0.25f, Interpolate = false)]
    public float Coarse;

    [Quantised(-16, 16, 1f / 64)]
    public Vec2 Point;
}

[Replicated]
internal struct Marker
{
    [Bits(20)]
    public uint Number;
}

internal struct NotReplicated
{
    public int Value;
}
