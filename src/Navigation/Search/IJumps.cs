namespace RealtimeServer.Navigation.Search;

/// <summary>A way to find where moves from a cell have to stop. Every cell at which a path may turn is reached in the <see cref="JumpFrontier"/>.</summary>
internal interface IJumps
{
    void North(int x, int y, long cost);

    void East(int x, int y, long cost);

    void South(int x, int y, long cost);

    void West(int x, int y, long cost);

    /// <summary>Looks along a diagonal, and from its cells along their rows and columns.</summary>
    /// <returns>How many lines were looked along.</returns>
    int Diagonal<TQuadrant>(int x, int y, long cost)
        where TQuadrant : struct, IQuadrant;
}
