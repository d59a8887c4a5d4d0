namespace RealtimeServer.Services.Data;

/// <summary>Which database, and how long to wait for it.</summary>
/// <param name="Connection">Empty: SQLite in <paramref name="File"/>. Else PostgreSQL: a postgres:// address or key=value pairs.</param>
/// <param name="File">The SQLite file, made with its folder when absent.</param>
public sealed record DatabaseOptions(string Connection, string File)
{
    /// <summary>How long the start waits for a PostgreSQL that does not answer yet.</summary>
    public TimeSpan StartWait { get; init; } = TimeSpan.FromSeconds(Limits.DatabaseStartWaitSeconds);

    /// <summary>Whether opening applies the migrations the database lacks; without, it is taken as it is.</summary>
    public bool Migrate { get; init; } = true;

    /// <summary>
    /// Told when the database is lost, or not there at the start (with why), and when it is back (with null). Called on a thread of the database.
    /// </summary>
    public Action<Exception?>? Availability { get; init; }
}
