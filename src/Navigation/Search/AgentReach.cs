namespace RealtimeServer.Navigation.Search;

/// <summary>
/// The cells, relative to an agent's own, of which none may be closed where the agent stands. It grows with the radius by steps, so that agents of
/// nearly the same radius have the same reach.
/// </summary>
internal sealed class AgentReach
{
    private readonly double _low;
    private readonly double _high;

    /// <param name="radius">In cells, 0 to <see cref="Limits.AgentRadiusMax"/>.</param>
    public AgentReach(float radius)
    {
        double reach = ReachOf(radius);
        int around = (int)Math.Ceiling(reach + 0.5);
        List<Cell> cells = [];
        _high = double.PositiveInfinity;
        for (int y = -around; y <= around; y++)
        {
            for (int x = -around; x <= around; x++)
            {
                double dx = Math.Max(Math.Abs(x) - 0.5, 0);
                double dy = Math.Max(Math.Abs(y) - 0.5, 0);
                double distance = Math.Sqrt((dx * dx) + (dy * dy));
                if (distance < reach)
                {
                    cells.Add(new Cell(x, y));
                    _low = Math.Max(_low, distance);
                    Out = Math.Max(Out, x);
                }
                else
                {
                    _high = Math.Min(_high, distance);
                }
            }
        }

        Cells = [.. cells];
    }

    public Cell[] Cells { get; }

    /// <summary>How many cells out it goes.</summary>
    public int Out { get; }

    /// <summary>True if an agent of that radius has this reach.</summary>
    public bool Fits(float radius) => ReachOf(radius) is double reach && reach > _low && reach <= _high;

    // A disc that slides along a wall touches it; rounding must not turn that into a hit.
    private static double ReachOf(float radius) => Math.Max(radius - LineOfSight.Slack, LineOfSight.Slack);
}
