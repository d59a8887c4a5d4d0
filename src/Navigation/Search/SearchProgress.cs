namespace RealtimeServer.Navigation.Search;

/// <summary>How far a search has come.</summary>
internal enum SearchProgress
{
    /// <summary>There is more to look at.</summary>
    Running = 0,

    /// <summary>A cheapest path is found.</summary>
    Found = 1,

    /// <summary>No path leads there.</summary>
    Failed = 2,
}

/// <summary>
/// What searches count their work in, so that a budget is the same on every machine: a unit is about what the scan of one straight jump takes, 20 to 50 ns
/// on the machine of `bench/README.md`.
/// </summary>
internal static class WorkUnits
{
    /// <summary>A cell taken from the queue of jump point search.</summary>
    public const int Jump = 3;

    /// <summary>A cell taken from the queue of A*, its neighbours looked at.</summary>
    public const int Cell = 4;

    /// <summary>The same where a row of the grid is longer than <see cref="NearRow"/>.</summary>
    public const int CellOfLongRow = 7;

    /// <summary>A cell taken from the queue of jump point search that was reached more cheaply since, and settled.</summary>
    public const int StaleJump = 1;

    /// <summary>The same of A*, whose cells lie far apart.</summary>
    public const int StaleCell = 2;

    /// <summary>How many times as much a cell takes once a search has met more than <see cref="NearCells"/>.</summary>
    public const int Far = 2;

    /// <summary>Of a line that is looked along, 2 to this many cells take a unit, beside its first.</summary>
    public const int ScannedBits = 9;

    /// <summary>What is known of so many cells fits the caches of a core; of more, a look waits for memory.</summary>
    public const int NearCells = 1 << 15;

    /// <summary>The same while they are moved to a larger table.</summary>
    public const int NearMoves = 1 << 12;

    /// <summary>A polygon of a mesh taken from the queue, its edges looked at.</summary>
    public const int Polygon = 4;

    /// <summary>A polygon of the way back from where the search ended.</summary>
    public const int PolygonBack = 1;

    /// <summary>A polygon of a path that is pulled straight: the edge it shares with the next is looked for.</summary>
    public const int PolygonEdge = 2;

    /// <summary>As <see cref="NearCells"/>, of polygons, of which more is known.</summary>
    public const int NearPolygons = 1 << 12;

    /// <summary>A cell of a diagonal from whose row or column a jump is found.</summary>
    public const int Turn = 2;

    /// <summary>The same where a row of the grid is longer than <see cref="NearRow"/>.</summary>
    public const int TurnOfLongRow = 4;

    /// <summary>A node of the graph of clusters taken from the queue, beside the nodes it leads to, which take one each.</summary>
    public const int ClusterNode = 6;

    /// <summary>A look whether one such node sees another.</summary>
    public const int ClusterSight = 1;

    /// <summary>A search from one of a cluster's cells to its nodes, where those do not see each other.</summary>
    public const int ClusterSpread = 1000;

    /// <summary>The same where cells cost differently.</summary>
    public const int ClusterSpreadOverCosts = 3000;

    /// <summary>What every path costs beside its search.</summary>
    public const int Path = 40;

    /// <summary>Cells of a row that a unit covers where those round a goal are looked at for the nearest that can be reached.</summary>
    public const int RingCells = 6;

    /// <summary>The two cells at the ends of such a row.</summary>
    public const int RingEnds = 2;

    /// <summary>A look whether a straight line is clear, beside its rows.</summary>
    public const int Line = 2;

    /// <summary>Rows of such a line that a unit covers.</summary>
    public const int LineRows = 2;

    /// <summary>Rows of such a line that are looked at without asking for the units.</summary>
    public const int LineRowsAtOnce = 64;

    /// <summary>Cells of such a line that a unit covers where what they cost is summed.</summary>
    public const int LineCells = 8;

    /// <summary>So many are summed without asking for the units.</summary>
    public const int LineCellsAtOnce = 256;

    /// <summary>How many times as much a path's and a line's cells take where a row of the grid is longer than <see cref="NearRow"/>.</summary>
    public const int LongRow = 2;

    /// <summary>Cells of a row; where rows are longer, looking from one at the next waits for memory.</summary>
    public const int NearRow = 1 << 10;

    /// <summary>Cells of a path that a unit covers where each is looked at: their costs summed, or the way back found cell by cell.</summary>
    public const int PathCells = 4;

    /// <summary>Cells of a straight piece of a path that a unit covers where they are only written.</summary>
    public const int WrittenCells = 8;
}
