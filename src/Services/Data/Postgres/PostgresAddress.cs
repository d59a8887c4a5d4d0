using System.Globalization;
using Npgsql;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>Reads what the setting says: a postgres:// address as the whole field writes it, or Npgsql's key=value pairs.</summary>
public static class PostgresAddress
{
    private static readonly Dictionary<string, string> ParameterNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["options"] = "Options",
        ["host"] = "Host",
        ["target_session_attrs"] = "Target Session Attributes",
    };

    /// <summary>Whether the text can be understood; nothing is connected.</summary>
    /// <param name="problem">What is wrong with it, without the password.</param>
    public static bool TryRead(string text, out string? problem)
    {
        try
        {
            Read(text);
            problem = null;
            return true;
        }
        catch (DatabaseException exception)
        {
            problem = exception.Message;
            return false;
        }
    }

    /// <exception cref="DatabaseException">It is neither; the text never repeats the password.</exception>
    internal static NpgsqlConnectionStringBuilder Read(string text)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = text.Contains("://", StringComparison.Ordinal) ? FromUri(text) : new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException or NotSupportedException)
        {
            throw new DatabaseException("The database address is not understood: " + exception.Message.ReplaceLineEndings(" "), exception);
        }
        if (string.IsNullOrEmpty(builder.Host))
        {
            throw new DatabaseException("The database address names no host; it is like postgres://user:password@host:5432/database or Host=...;Database=....");
        }
        builder.Database ??= builder.Username;
        // Each lane keeps one connection for itself, so there is nothing to pool.
        builder.Pooling = false;
        builder.Enlist = false;
        builder.Multiplexing = false;
        builder.MaxAutoPrepare = Limits.PreparedStatementsMax;
        builder.AutoPrepareMinUsages = 1;
        builder.CommandTimeout = Limits.StatementSecondsMax + 5;
        builder.KeepAlive = 0;
        builder.TcpKeepAlive = true;
        // Unlike that of any other server, by which they know of each other.
        builder.ApplicationName ??= $"RealtimeServer-{Guid.NewGuid():N}";
        if (!text.Contains("timeout", StringComparison.OrdinalIgnoreCase))
        {
            builder.Timeout = Limits.ConnectSecondsMax;
        }
        return builder;
    }

    private static NpgsqlConnectionStringBuilder FromUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("postgres" or "postgresql"))
        {
            throw new FormatException("it is no postgres:// address.");
        }
        NpgsqlConnectionStringBuilder builder = new();
        if (uri.Host.Length > 0)
        {
            builder.Host = uri.Host;
        }
        if (uri.Port > 0)
        {
            builder.Port = uri.Port;
        }
        if (uri.AbsolutePath.Length > 1)
        {
            builder.Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        }
        string[] user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }
        if (user.Length > 1)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }
        foreach (string pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            string name = Uri.UnescapeDataString(parts[0]);
            string value = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "";
            if (string.Equals(name, "port", StringComparison.OrdinalIgnoreCase))
            {
                builder.Port = int.Parse(value, CultureInfo.InvariantCulture);
                continue;
            }
            if (!ParameterNames.TryGetValue(name, out string? known))
            {
                throw new FormatException($"it has a parameter '{name}'; known are port, {string.Join(", ", ParameterNames.Keys)}.");
            }
            // libpq writes verify-full, Npgsql VerifyFull.
            builder[known] = known is "SSL Mode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        return builder;
    }
}
