namespace RealtimeServer.Ecs;

/// <summary>
/// The id of an entity in its world: a slot and the slot's generation, so that the id of a destroyed entity never means its successor.
/// The default value is <see cref="None"/>: generations start at 1.
/// </summary>
public readonly struct Entity : IEquatable<Entity>, IComparable<Entity>
{
    public static readonly Entity None;

    public Entity(uint index, uint generation)
    {
        Index = index;
        Generation = generation;
    }

    /// <summary>The slot, reused after the entity is destroyed.</summary>
    public readonly uint Index;

    /// <summary>Grows by one each time the slot is reused; 0 only in <see cref="None"/>.</summary>
    public readonly uint Generation;

    public bool IsNone => Generation == 0;

    public bool Equals(Entity other) => Index == other.Index && Generation == other.Generation;

    public override bool Equals(object? obj) => obj is Entity other && Equals(other);

    public override int GetHashCode() => unchecked((int)((Index * 0x9E3779B1u) ^ Generation));

    /// <summary>By slot, then by generation.</summary>
    public int CompareTo(Entity other) => Index != other.Index ? Index.CompareTo(other.Index) : Generation.CompareTo(other.Generation);

    public static bool operator ==(Entity left, Entity right) => left.Equals(right);

    public static bool operator !=(Entity left, Entity right) => !left.Equals(right);

    public static bool operator <(Entity left, Entity right) => left.CompareTo(right) < 0;

    public static bool operator >(Entity left, Entity right) => left.CompareTo(right) > 0;

    public static bool operator <=(Entity left, Entity right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Entity left, Entity right) => left.CompareTo(right) >= 0;

    public override string ToString() => IsNone ? "none" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Index}:{Generation}");
}
