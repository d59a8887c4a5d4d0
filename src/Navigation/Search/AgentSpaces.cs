namespace RealtimeServer.Navigation.Search;

/// <summary>What one match knows of its grid for each size of agents that has been asked for.</summary>
internal sealed class AgentSpaces(Grid grid)
{
    private readonly List<AgentSpace> _sizes = [];

    /// <summary>The space of agents of a radius, made when first asked for. It is not brought up to date.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The radius is not 0 to <see cref="Limits.AgentRadiusMax"/>.</exception>
    /// <exception cref="InvalidOperationException">There are <see cref="Limits.AgentSizesMax"/> sizes already.</exception>
    public AgentSpace For(float radius)
    {
        if (!(radius >= 0 && radius <= Limits.AgentRadiusMax))
        {
            throw new ArgumentOutOfRangeException(nameof(radius), $"The radius {radius} is not between 0 and {Limits.AgentRadiusMax} cells.");
        }

        foreach (AgentSpace size in _sizes)
        {
            if (size.Reach.Fits(radius))
            {
                return size;
            }
        }

        if (_sizes.Count == Limits.AgentSizesMax)
        {
            throw new InvalidOperationException($"Paths for agents of {Limits.AgentSizesMax} sizes have been searched on this grid; one of radius {radius} is one size more.");
        }

        AgentSpace added = new(grid, new AgentReach(radius));
        _sizes.Add(added);
        return added;
    }
}
