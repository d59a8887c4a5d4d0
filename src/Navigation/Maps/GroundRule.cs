namespace RealtimeServer.Navigation.Maps;

/// <summary>What a tile or an object says of the ground it covers. What it does not say (null), the one below it says.</summary>
/// <param name="Walkable">Whether agents can stand there.</param>
/// <param name="Cost">How dear a step is, <see cref="Grid.CostMin"/> to <see cref="Grid.CostMax"/>.</param>
/// <param name="Flags">Bits of the map's flags.</param>
/// <param name="Height">In world units.</param>
internal sealed record GroundRule(bool? Walkable, float? Cost, uint? Flags, float? Height)
{
    /// <summary>Says nothing: decoration.</summary>
    public static readonly GroundRule Silent = new(null, null, null, null);

    public bool IsSilent => Walkable is null && Cost is null && Flags is null && Height is null;
}
