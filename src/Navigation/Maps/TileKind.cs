namespace RealtimeServer.Navigation.Maps;

/// <summary>One tile of a map's tilesets.</summary>
/// <param name="Gid">Its number in the layers; 1 or more.</param>
/// <param name="Class">What the designer calls it, such as <c>grass</c>; may be empty.</param>
/// <param name="Color"><c>#rrggbb</c>, or null if the designer gave none.</param>
/// <param name="Walkable">Whether agents can stand on it.</param>
/// <param name="Cost">How dear a step on it is; plain ground is 1.</param>
/// <param name="Properties">All its properties, these included.</param>
public sealed record TileKind(
    int Gid, string Class, string? Color, bool Walkable, float Cost, IReadOnlyDictionary<string, string> Properties)
{
    /// <summary>The tile says itself whether it is walkable, and so decides for what lies under it.</summary>
    internal bool StatesWalkable { get; init; }

    internal bool StatesCost { get; init; }
}
