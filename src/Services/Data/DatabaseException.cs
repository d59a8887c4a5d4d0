namespace RealtimeServer.Services.Data;

/// <summary>The database cannot be used, or not in this way; the text says what to do.</summary>
public class DatabaseException : Exception
{
    public DatabaseException(string message)
        : base(message)
    {
    }

    public DatabaseException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>More work is waiting than the database can take, or a write met others too often; the caller may try again.</summary>
public sealed class DatabaseBusyException : Exception
{
    public DatabaseBusyException()
        : base("More requests wait for the database than it can take.")
    {
    }

    public DatabaseBusyException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>
/// The database is not there at the moment; it is being waited for. Nothing was acknowledged. Unless <see cref="OutcomeUnknown"/>,
/// nothing was written either.
/// </summary>
public sealed class DatabaseUnavailableException : Exception
{
    public DatabaseUnavailableException(string message, Exception? inner = null, bool outcomeUnknown = false)
        : base(message, inner)
    {
        OutcomeUnknown = outcomeUnknown;
    }

    /// <summary>The connection broke in the middle of a commit, and the database could not be asked what became of it.</summary>
    public bool OutcomeUnknown { get; }
}

/// <summary>A row would break a rule of the schema: a key taken, a row referred to that is not there.</summary>
public sealed class DatabaseConstraintException : Exception
{
    public DatabaseConstraintException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>A text no database column can hold: it has a NUL character or half of a surrogate pair. The caller's fault, not the server's.</summary>
public sealed class DatabaseTextException : Exception
{
    public DatabaseTextException()
        : base("A text holds a NUL character or is not valid Unicode.")
    {
    }
}
