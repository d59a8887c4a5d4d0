namespace RealtimeServer.Foundation;

/// <summary>
/// A step of a match's simulation. The first simulated step is 1, so that zero can mean "none yet".
/// At 128 steps a second the counter lasts 388 days; a match never lives that long.
/// </summary>
public readonly record struct Tick(uint Value) : IComparable<Tick>
{
    public static readonly Tick None;

    public Tick Next => new(checked(Value + 1));

    /// <summary>Steps from <paramref name="earlier"/> to this one; negative if it is later.</summary>
    public int Since(Tick earlier) => unchecked((int)(Value - earlier.Value));

    public int CompareTo(Tick other) => Value.CompareTo(other.Value);

    public static bool operator <(Tick left, Tick right) => left.Value < right.Value;

    public static bool operator >(Tick left, Tick right) => left.Value > right.Value;

    public static bool operator <=(Tick left, Tick right) => left.Value <= right.Value;

    public static bool operator >=(Tick left, Tick right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
