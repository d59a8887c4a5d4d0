namespace RealtimeServer.Navigation;

public enum PathStatus : byte
{
    /// <summary>There is no way at all: the start is outside, walled in where no open cell is near, or not a number.</summary>
    Unreachable = 0,

    /// <summary>The path ends at the goal.</summary>
    Found = 1,

    /// <summary>The goal is closed or walled off; the path ends at the reachable place that is nearest to it.</summary>
    Partial = 2,

    /// <summary>The path is longer than the buffer, which holds its beginning.</summary>
    BufferTooSmall = 3,

    /// <summary>The budget was used up before the path was found; it ends at the place, of those met, that is nearest to the goal.</summary>
    OutOfBudget = 4,
}

/// <summary>What a search found.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Count">How many cells or waypoints were written.</param>
/// <param name="Cost">Cost of what was found: of the whole cell path, or of the waypoints written.</param>
/// <param name="Expanded">Cells the search has settled; a measure of its work.</param>
/// <param name="ReachesGoal">True if the whole path ends at the goal, whether or not the buffer holds all of it.</param>
/// <param name="CellCount">Cells of the whole path, start and end included.</param>
public readonly record struct PathResult(PathStatus Status, int Count, double Cost, int Expanded, bool ReachesGoal, int CellCount);
