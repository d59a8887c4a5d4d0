namespace RealtimeServer.Services.Data;

/// <summary>
/// An SQL text. Nearly always one text serves both databases (a string converts by itself); where they differ, a pair. Texts are
/// constants: each is parsed and prepared once and kept for good, so a text put together from values would fill the memory.
/// <para>
/// Parameters are written @Name and come from the properties of an object; <c>IN (@Names)</c> takes an array.
/// Columns become constructor parameters of the row's type by name, underscores and case aside.
/// </para>
/// </summary>
public readonly record struct SqlText(string Sqlite, string Postgres)
{
    /// <summary>
    /// A query that many ask at the same time, each for a key of its own: those who do share one statement in PostgreSQL, which answers every
    /// one of them as it would alone. Its parameters are no arrays.
    /// </summary>
    public bool IsShared { get; init; }

    /// <summary>One text for both databases, with <see cref="IsShared"/>.</summary>
    public static SqlText Shared(string both) => new(both, both) { IsShared = true };

    public static implicit operator SqlText(string both) => new(both, both);

    public static SqlText FromString(string both) => both;
}
