using System.CommandLine;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Meshes;

namespace RealtimeServer.Maps;

/// <summary>Who is to walk on a mesh, how finely it is made, and what is asked of it.</summary>
internal sealed class MeshOptions
{
    private static readonly NavMeshSettings Defaults = new();

    private readonly Option<float> _radius = new("--radius") { Description = "the agent's radius, 0 to 16", DefaultValueFactory = _ => 0.4f };
    private readonly Option<float> _height = new("--height") { Description = "free height it needs, 0.01 to 1000", DefaultValueFactory = _ => Defaults.AgentHeight };
    private readonly Option<float> _climb = new("--climb") { Description = "highest step it takes, 0 to 1000", DefaultValueFactory = _ => Defaults.AgentClimb };
    private readonly Option<float> _slope = new("--slope") { Description = "steepest ground it walks on in degrees, 0 to 89", DefaultValueFactory = _ => 45 };
    private readonly Option<float> _cell = new("--cell") { Description = "side of a voxel, 0.01 to 100", DefaultValueFactory = _ => Defaults.CellSize };
    private readonly Option<float> _cellHeight = new("--cell-height") { Description = "height of a voxel, 0.01 to 100", DefaultValueFactory = _ => Defaults.CellHeight };
    private readonly Option<int> _tile = new("--tile") { Description = "voxels along a side of a tile, 8 to 4096; 0: one piece", DefaultValueFactory = _ => 0 };
    private readonly Option<string?> _links = new("--links") { Description = "polylines of this class are jumps, ladders, portals, from their first to their last point" };
    private readonly Option<string?> _from = new("--from") { Description = "where a path starts: x,y in cells, or an object's name or class" };
    private readonly Option<string?> _to = new("--to") { Description = "where it goes" };

    public MeshOptions()
    {
        CommandLine.Bound(_radius, 0, Navigation.Limits.AgentRadiusMax);
        CommandLine.Bound(_height, 0.01f, 1000);
        CommandLine.Bound(_climb, 0, 1000);
        CommandLine.Bound(_slope, 0, 89);
        CommandLine.Bound(_cell, 0.01f, 100);
        CommandLine.Bound(_cellHeight, 0.01f, 100);
        CommandLine.Bound(_tile, 0, Navigation.Limits.NavMeshSideMax);
    }

    public Symbol[] All => [_radius, _height, _climb, _slope, _cell, _cellHeight, _tile, _links, _from, _to];

    /// <exception cref="FormatException">A path has only one end, or one that is nowhere.</exception>
    public bool Run(ParseResult parsed, GameMap map, string? png, int scale)
    {
        NavMeshSettings settings = Defaults with
        {
            AgentRadius = parsed.GetValue(_radius),
            AgentHeight = parsed.GetValue(_height),
            AgentClimb = parsed.GetValue(_climb),
            SlopeMax = MathF.Tan(parsed.GetValue(_slope) * MathF.PI / 180),
            CellSize = parsed.GetValue(_cell),
            CellHeight = parsed.GetValue(_cellHeight),
            TileVoxels = parsed.GetValue(_tile),

            // As matches on a grid have it.
            RegionCellsMin = map.Mesh is null ? 0 : Defaults.RegionCellsMin,
        };
        (string? from, string? to) = (parsed.GetValue(_from), parsed.GetValue(_to));
        (Vec2, Vec2)? way = (from, to) switch
        {
            (null, null) => null,
            (not null, not null) => (CommandLine.PointOf(map, from), CommandLine.PointOf(map, to)),
            _ => throw new FormatException("A path has two ends: give both --from and --to."),
        };
        return MeshCommand.Run(map, settings, parsed.GetValue(_links), way, png, scale);
    }
}
