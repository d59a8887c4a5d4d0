using RealtimeServer.Navigation.Chokes;
using RealtimeServer.Navigation.Clusters;
using RealtimeServer.Navigation.Flow;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation;

/// <summary>
/// All that one match knows of its grid: paths, flow fields and choke points. What they know of the cells they share, and each part is made when first used.
/// </summary>
/// <remarks>Not thread-safe: it belongs to its match.</remarks>
public sealed class GridNavigation
{
    private readonly AgentSpaces _spaces;
    private FlowFields? _fields;
    private ChokePoints? _chokes;
    private ClusterPathFinder? _longPaths;

    public GridNavigation(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        Grid = grid;
        _spaces = new AgentSpaces(grid);
        Paths = new PathFinder(grid, _spaces);
    }

    public Grid Grid { get; }

    public PathFinder Paths { get; }

    /// <summary>Fields that lead whole crowds to one goal.</summary>
    public FlowFields Fields => _fields ??= new FlowFields(Grid, _spaces);

    /// <summary>Narrow passages, where crowds that meet take turns.</summary>
    public ChokePoints Chokes => _chokes ??= new ChokePoints(Grid);

    /// <summary>Paths over huge grids, by clusters of cells.</summary>
    public ClusterPathFinder LongPaths => _longPaths ??= new ClusterPathFinder(Grid, _spaces);

    /// <summary>
    /// Makes what paths and flow fields for agents of a radius need to know of the grid as it is now, instead of when the first one is asked for. A grid of
    /// 4096 x 4096 cells takes a tenth of a second, one of 512 x 512 a few milliseconds; afterwards only changes cost something.
    /// </summary>
    /// <param name="radius">In cells, 0 to <see cref="Limits.AgentRadiusMax"/>; those up to half a cell are one size.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is out of its range.</exception>
    /// <exception cref="InvalidOperationException">Agents of <see cref="Limits.AgentSizesMax"/> other sizes are known.</exception>
    public void Prepare(float radius)
    {
        AgentSpace space = _spaces.For(radius);
        space.Update();
        space.Regions.Join();
    }

    /// <summary>Another finder over the same knowledge, for searches in pieces that others must not disturb.</summary>
    public PathFinder NewFinder() => new(Grid, _spaces);
}
