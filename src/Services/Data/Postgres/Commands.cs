using Npgsql;
using RealtimeServer.Services.Data.Mapping;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>Makes Npgsql's commands of our statements, and our exceptions of its.</summary>
internal static class Commands
{
    public static NpgsqlBatchCommand Of(Statement statement, object? parameters)
    {
        NpgsqlBatchCommand command = new(statement.Sql);
        foreach (ParameterAccess parameter in statement.Parameters)
        {
            command.Parameters.Add(parameter.ForPostgres(parameters!));
        }
        return command;
    }

    public static NpgsqlBatchCommand Of(SqlText sql, object? parameters) => Of(Statement.Of(sql, parameters, Dialect.Postgres), parameters);

    /// <summary>Two transactions met; run again, this one may well succeed.</summary>
    public static bool IsConflict(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>A key was taken, perhaps by a transaction that ran beside this one, which a second run would see.</summary>
    public static bool IsTakenKey(Exception exception) => exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    /// <summary>The exception as callers know it.</summary>
    public static Exception Translate(Exception exception) => exception switch
    {
        PostgresException { SqlState: ['2', '3', ..] } broken => new DatabaseConstraintException(broken.MessageText, broken),
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } slow => new DatabaseBusyException("A statement took too long.", slow),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.ReadOnlySqlTransaction } full =>
            new DatabaseUnavailableException("The database cannot write: " + full.MessageText, full),
        _ => exception,
    };
}
