namespace RealtimeServer.Simulation.Harness;

#pragma warning disable CS0649 // Filled from bytes.

internal struct Say
{
    public int Number;
}

internal struct Heard
{
    public int Number;
    public float Loudness;
}

internal struct Undeclared
{
    public int Number;
}

internal struct Padded
{
    public byte First;
    public int Second;
}

internal struct PaddedAtTheEnd
{
    public int First;
    public byte Second;
}

internal struct NestsPadding
{
    public int First;
    public Padded Inner;
}

internal struct MachineSized
{
    public nint Pointer;
}

internal struct Empty;

[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit, Size = 12)]
internal struct Gapped
{
    [System.Runtime.InteropServices.FieldOffset(0)]
    public int First;

    [System.Runtime.InteropServices.FieldOffset(8)]
    public int Second;
}

[System.Runtime.CompilerServices.InlineArray(600)]
internal struct TooLarge
{
    private byte _first;
}
