namespace RealtimeServer.Matches;

/// <summary>Settings of the match host.</summary>
public sealed record MatchHostOptions
{
    /// <summary>Threads that simulate; 0 = one a core. 0..<see cref="Limits.WorkersMax"/>.</summary>
    public int Workers { get; init; }

    /// <summary>Matches at once, relayed and simulated together. 1..<see cref="Limits.MatchesMax"/>.</summary>
    public int MatchesMax { get; init; } = Limits.MatchesMax;

    /// <summary>This node's name in ids of simulated matches: 1..<see cref="Limits.NodeNameLengthMax"/> letters, digits, '-', '_'.</summary>
    public string Node { get; init; } = "node1";

    /// <summary>A simulated match nobody is in ends after so long, unless its request said KeepAlive. Seconds, above 0.</summary>
    public double EmptyMatchSeconds { get; init; } = 30;

    /// <summary>Where inputs of failed matches are saved; null to save none.</summary>
    public string? ReplayFolder { get; init; }

    /// <summary>Where the last checkpoints of running matches are kept, for <see cref="MatchHost.Recover"/>; null to keep none.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Seconds between two checkpoints of a match; 0 to keep none.</summary>
    public double CheckpointSeconds { get; init; }

    /// <summary>Hears of starts, ends and failures.</summary>
    public IMatchObserver? Observer { get; init; }
}
