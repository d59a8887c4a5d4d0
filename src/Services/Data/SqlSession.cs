using Dapper;
using Microsoft.Data.Sqlite;

namespace RealtimeServer.Services.Data;

/// <summary>
/// Runs SQL on one connection, inside the transaction of the work it was given to. Parameters are written @Name and come from an
/// object's properties. Not to be kept: it is the work's only as long as the work runs.
/// </summary>
public sealed class SqlSession
{
    private readonly SqliteConnection _connection;

    internal SqlSession(SqliteConnection connection) => _connection = connection;

    internal SqliteTransaction? Transaction { get; set; }

    /// <summary>The first row, or null when there is none.</summary>
    public T? First<T>(string sql, object? parameters = null)
        where T : class => _connection.QueryFirstOrDefault<T>(sql, parameters, Transaction);

    public IReadOnlyList<T> List<T>(string sql, object? parameters = null) => _connection.Query<T>(sql, parameters, Transaction).AsList();

    /// <summary>Rows changed.</summary>
    public int Execute(string sql, object? parameters = null) => _connection.Execute(sql, parameters, Transaction);
}
