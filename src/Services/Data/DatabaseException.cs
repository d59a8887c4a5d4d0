namespace RealtimeServer.Services.Data;

/// <summary>The database cannot be used; the text says what to do.</summary>
public sealed class DatabaseException : Exception
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

/// <summary>More writes are waiting than the database can take; the caller may try again.</summary>
public sealed class DatabaseBusyException : Exception
{
    public DatabaseBusyException()
        : base($"More than {Limits.WriteQueueMax} writes wait for the database.")
    {
    }
}
