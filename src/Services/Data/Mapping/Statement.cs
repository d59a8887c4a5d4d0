using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace RealtimeServer.Services.Data.Mapping;

internal enum Dialect
{
    Sqlite,
    Postgres,
}

/// <summary>An SQL text as one database wants it, with where its parameters come from; made once for a text and a type of parameters.</summary>
internal sealed class Statement
{
    private static readonly ConcurrentDictionary<(string Sql, Type? Parameters), Statement> SqliteTexts = new();
    private static readonly ConcurrentDictionary<(string Sql, Type? Parameters), Statement> PostgresTexts = new();

    private Statement(string sql, ParameterAccess[] parameters)
    {
        Sql = sql;
        Parameters = parameters;
    }

    public string Sql { get; }

    /// <summary>In the order of their numbers.</summary>
    public ParameterAccess[] Parameters { get; }

    public RowShape? Shape { get; set; }

    public static Statement Of(SqlText text, object? parameters, Dialect dialect)
    {
        (string, Type?) key = (dialect == Dialect.Sqlite ? text.Sqlite : text.Postgres, parameters?.GetType());
        return dialect == Dialect.Sqlite
            ? SqliteTexts.GetOrAdd(key, static k => Parse(k.Sql, k.Parameters, Dialect.Sqlite))
            : PostgresTexts.GetOrAdd(key, static k => Parse(k.Sql, k.Parameters, Dialect.Postgres));
    }

    private static Statement Parse(string sql, Type? parameters, Dialect dialect)
    {
        Dictionary<string, int> numbers = new(StringComparer.OrdinalIgnoreCase);
        List<ParameterAccess> access = [];
        StringBuilder text = new(sql.Length + 16);
        int at = 0;
        while (at < sql.Length)
        {
            char c = sql[at];
            if (c == '\'')
            {
                int end = sql.IndexOf('\'', at + 1);
                text.Append(sql, at, end - at + 1);
                at = end + 1;
            }
            else if (c == '@' && at + 1 < sql.Length && char.IsAsciiLetter(sql[at + 1]))
            {
                int end = at + 1;
                while (end < sql.Length && char.IsAsciiLetterOrDigit(sql[end]))
                {
                    end++;
                }
                string name = sql[(at + 1)..end];
                if (!numbers.TryGetValue(name, out int number))
                {
                    access.Add(ParameterAccess.Of(parameters, name));
                    numbers.Add(name, number = access.Count);
                }
                at = end + Append(text, access[number - 1], number, dialect);
            }
            else
            {
                text.Append(c);
                at++;
            }
        }
        return new Statement(text.ToString(), [.. access]);
    }

    /// <summary>Writes the parameter; returns how many characters of the text behind it are thereby used up.</summary>
    private static int Append(StringBuilder text, ParameterAccess parameter, int number, Dialect dialect)
    {
        string placeholder = PlaceholderOf(number, dialect);
        const string Listed = "IN (";
        if (!parameter.IsArray || !text.ToString().EndsWith(Listed, StringComparison.Ordinal))
        {
            text.Append(placeholder);
            return 0;
        }
        text.Length -= Listed.Length;
        text.Append(dialect == Dialect.Sqlite ? $"IN (SELECT value FROM json_each({placeholder}))" : $"= ANY ({placeholder})");
        return 1;
    }

    public static string PlaceholderOf(int number, Dialect dialect) =>
        (dialect == Dialect.Sqlite ? "@p" : "$") + number.ToString(CultureInfo.InvariantCulture);
}
