namespace RealtimeServer.Physics.Queries;

/// <summary>Which bodies a query may find. The default finds all but sensors.</summary>
public readonly record struct QueryFilter
{
    private readonly uint _without;

    /// <summary>The layers to find bodies in, a bit each; a body in any of them is found.</summary>
    public uint Layers
    {
        get => ~_without;
        init => _without = ~value;
    }

    /// <summary>A body to pass over, such as the one that asks.</summary>
    public Bodies.BodyId Ignored { get; init; }

    /// <summary>True to find sensors as well.</summary>
    public bool FindsSensors { get; init; }

    /// <summary>True to pass over static bodies.</summary>
    public bool IgnoresStatic { get; init; }

    /// <summary>True to pass over kinematic and dynamic bodies.</summary>
    public bool IgnoresMoving { get; init; }
}
