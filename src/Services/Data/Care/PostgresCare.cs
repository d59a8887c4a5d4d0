using System.Globalization;
using Npgsql;

namespace RealtimeServer.Services.Data.Care;

internal static class PostgresCare
{
    /// <summary>
    /// Reads every row of every table, which finds pages and long values that cannot be read, and asks for what PostgreSQL itself
    /// knows to be unfinished.
    /// </summary>
    public static async Task<IReadOnlyList<string>> DamageAsync(Database database)
    {
        List<string> wrong = [];
        wrong.AddRange(await database.ReadAsync(
            s => s.QueryAsync<string>("SELECT 'index ' || CAST(indexrelid AS regclass) || ' is not valid' FROM pg_index WHERE NOT indisvalid"), default)
            .ConfigureAwait(false));
        wrong.AddRange(await database.ReadAsync(
            s => s.QueryAsync<string>(
                """
                SELECT 'constraint ' || conname || ' of ' || CAST(conrelid AS regclass) || ' is not validated'
                FROM pg_constraint WHERE NOT convalidated AND connamespace = CAST(current_schema() AS regnamespace)
                """),
            default).ConfigureAwait(false));
        IReadOnlyList<string> tables = await database.ReadAsync(
            s => s.QueryAsync<string>("SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"), default).ConfigureAwait(false);
        foreach (string table in tables)
        {
            try
            {
                string sql = $"SELECT count(length(CAST(t AS TEXT))) FROM \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\" t";
                // In a transaction of its own, which may take as long as it takes.
                await database.WriteAsync(async s =>
                {
                    await s.ExecuteAsync("SET LOCAL statement_timeout = 0").ConfigureAwait(false);
                    return await s.QuerySingleOrDefaultAsync<long>(sql).ConfigureAwait(false);
                }).ConfigureAwait(false);
            }
            catch (PostgresException exception)
            {
                wrong.Add($"table {table} cannot be read: {exception.MessageText}");
            }
        }
        return wrong;
    }

    public static (string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment) Backup(
        NpgsqlConnectionStringBuilder address, string target)
    {
        List<string> arguments =
        [
            "--format=custom", "--no-owner", "--file=" + target,
            "--host=" + address.Host, "--port=" + address.Port.ToString(CultureInfo.InvariantCulture), "--dbname=" + address.Database,
        ];
        if (address.Username is string user)
        {
            arguments.Add("--username=" + user);
        }
        Dictionary<string, string> environment = [];
        if (address.Password is string password)
        {
            // Not among the arguments, which every user of the machine can read.
            environment["PGPASSWORD"] = password;
        }
        if (address.SslMode != SslMode.Prefer)
        {
            environment["PGSSLMODE"] = address.SslMode switch
            {
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                SslMode mode => mode.ToString().ToLowerInvariant(),
            };
        }
        if (address.RootCertificate is string root)
        {
            environment["PGSSLROOTCERT"] = root;
        }
        return ("pg_dump", arguments, environment);
    }
}
