namespace RealtimeServer.Simulation.Replication;

/// <summary>A field as it travels.</summary>
/// <param name="Name">The field's name; <c>Name.X</c> and <c>Name.Y</c> for the parts of a vector.</param>
/// <param name="Bits">Bits on the wire, 1 to 32.</param>
/// <param name="Min">What a raw zero means, for floats.</param>
/// <param name="Step">What one more means, for floats; 0 for integers, whose raw value is the value itself.</param>
/// <param name="Signed">An integer in two's complement of its bits.</param>
/// <param name="Interpolate">Clients may show values between two snapshots.</param>
public sealed record ReplicatedField(string Name, int Bits, float Min, float Step, bool Signed, bool Interpolate)
{
    /// <summary>The value a raw number stands for.</summary>
    public float Value(int raw) => Step > 0 ? (float)(Min + (raw * (double)Step)) : Signed ? raw : (uint)raw;
}

/// <summary>Where a field lies in its component and how it becomes a raw number.</summary>
internal readonly record struct FieldSource(FieldKind Kind, int Offset, float Min, double InverseStep, float Step, int RawMin, int RawMax);

internal enum FieldKind : byte
{
    Float,
    Byte,
    SByte,
    UInt16,
    Int16,
    UInt32,
    Int32,
}
