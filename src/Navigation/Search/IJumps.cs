namespace RealtimeServer.Navigation.Search;

/// <summary>A way to find where moves from a cell have to stop. Every cell at which a path may turn is reached in the <see cref="JumpFrontier"/>.</summary>
internal interface IJumps
{
    /// <returns>Units of work beyond the one that a jump takes anyhow: see <see cref="WorkUnits.ScannedBits"/>.</returns>
    int North(int x, int y, long cost);

    /// <inheritdoc cref="North"/>
    int East(int x, int y, long cost);

    /// <inheritdoc cref="North"/>
    int South(int x, int y, long cost);

    /// <inheritdoc cref="North"/>
    int West(int x, int y, long cost);

    /// <summary>Looks along a diagonal, and from its cells along their rows and columns. What is left of a long one the frontier postpones.</summary>
    /// <param name="done">Of its cells, those that were looked from before.</param>
    /// <returns>Units of work: the lines that were looked along, long ones counted for their length.</returns>
    int Diagonal<TQuadrant>(int x, int y, long cost, int done = 0)
        where TQuadrant : struct, IQuadrant;
}
