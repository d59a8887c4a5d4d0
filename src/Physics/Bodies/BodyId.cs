namespace RealtimeServer.Physics.Bodies;

/// <summary>A body of one world, 8 bytes: a slot and how often the slot was given out. The default value is no body.</summary>
/// <param name="Slot">Where the body lies; reused after it is removed.</param>
/// <param name="Generation">One or more, so that an old id never names a new body.</param>
public readonly record struct BodyId(int Slot, uint Generation)
{
    public static readonly BodyId None;

    public override string ToString() => Generation == 0 ? "no body" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"body {Slot}.{Generation}");
}
