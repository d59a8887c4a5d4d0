namespace RealtimeServer.Services.Data.Postgres;

/// <summary>The versions of PostgreSQL this program is made for. An older one is refused by name; a newer one may well do, and is named as untried.</summary>
internal static class PostgresVersions
{
    /// <exception cref="DatabaseException">It is too old.</exception>
    public static void Require(string description, Version version)
    {
        if (version.Major < Limits.PostgresVersionMin)
        {
            throw new DatabaseException(
                $"The database {description} is version {version}; it must be {Limits.PostgresVersionMin} to {Limits.PostgresVersionMax}. Upgrade it, or use another.");
        }
    }

    /// <summary>What people read of the database, with its version.</summary>
    public static string Describe(string description, Version version)
    {
        string untried = version.Major > Limits.PostgresVersionMax ? $", newer than the {Limits.PostgresVersionMax} this server is tested with" : "";
        return $"{description} (version {version}{untried})";
    }
}
