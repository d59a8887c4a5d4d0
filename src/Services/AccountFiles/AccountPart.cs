using System.Text.Json;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.AccountFiles;

/// <summary>
/// What a feature keeps of one user: the rows of a table. All of its columns go into the account's file, so a feature that adds one need
/// not think of it. The seam by which every feature gives its part; tables that none names are shown all the same.
/// </summary>
/// <param name="Table">Also the part's name in the file.</param>
/// <param name="UserColumn">Holds the user's id.</param>
public sealed record AccountPart(string Table, string UserColumn)
{
    /// <summary>
    /// False: the part is shown and not taken in again, because its rows are shared with other players, who have moved on: friends,
    /// groups, notifications.
    /// </summary>
    public bool Imports { get; init; } = true;

    /// <summary>Columns that hold ids in the form 8-4-4-4-12, beside that of the user: SQLite itself would take any text.</summary>
    public IReadOnlyList<string> IdColumns { get; init; } = [];

    /// <summary>What a feature has against a row; null: nothing.</summary>
    public Func<JsonElement, string?> Refuse { get; init; } = static _ => null;

    /// <summary>Rows for which it is false are passed over, as what they belong to is not on this server.</summary>
    public Func<JsonElement, bool> Takes { get; init; } = static _ => true;

    /// <summary>Run in the transaction before a user's rows are deleted, for what counts them.</summary>
    public Func<SqlSession, Guid, ValueTask> Deleting { get; init; } = static (_, _) => default;

    /// <summary>Run in the transaction after a user's rows have been put in.</summary>
    public Func<SqlSession, Guid, ValueTask> Inserted { get; init; } = static (_, _) => default;

    /// <summary>Told when the rows of a user have been replaced, for what is kept in memory.</summary>
    public Func<Guid, Task> Imported { get; init; } = static _ => Task.CompletedTask;
}
