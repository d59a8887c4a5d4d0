namespace RealtimeServer.Server.Content;

/// <summary>What a picture of a match's navigation shows.</summary>
[Flags]
internal enum NavigationLayers
{
    None = 0,

    /// <summary>Which cells are open, and what a step over each costs.</summary>
    Grid = 1,

    /// <summary>How much room there is round each cell.</summary>
    Clearance = 2,

    /// <summary>From each cell the direction to one goal.</summary>
    Flow = 4,

    /// <summary>The points each agent goes to.</summary>
    Paths = 8,

    /// <summary>What each agent wants, and what avoidance lets it do.</summary>
    Velocities = 16,

    Cells = Grid | Clearance | Flow,
    Agents = Paths | Velocities,
    All = Cells | Agents,
}
