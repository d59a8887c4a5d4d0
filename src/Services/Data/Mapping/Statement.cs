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

    private readonly Lazy<Statement> _many;

    private Statement(string sql, ParameterAccess[] parameters)
    {
        Sql = sql;
        Parameters = parameters;
        _many = new Lazy<Statement>(() => new Statement(ManyOf(sql, parameters.Length), parameters));
    }

    public string Sql { get; }

    /// <summary>In the order of their numbers.</summary>
    public ParameterAccess[] Parameters { get; }

    public RowShape? Shape { get; set; }

    /// <summary>
    /// The same for many at once: each parameter an array, and behind the columns of each row the number, from 1, of the one whose row it
    /// is. The rows of one stand together, in the order they have alone.
    /// </summary>
    public Statement Many => _many.Value;

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

    // OFFSET 0 keeps the planner from mixing the query with the list: each is looked up as it is alone, by the same index, however
    // large the table has become since the plan was made.
    private static string ManyOf(string sql, int parameters)
    {
        string one = sql;
        for (int i = parameters; i > 0; i--)
        {
            one = one.Replace(PlaceholderOf(i, Dialect.Postgres), string.Create(CultureInfo.InvariantCulture, $"asked.p{i}"), StringComparison.Ordinal);
        }
        string arrays = string.Join(", ", Enumerable.Range(1, parameters).Select(i => PlaceholderOf(i, Dialect.Postgres)));
        string names = string.Join(", ", Enumerable.Range(1, parameters).Select(i => string.Create(CultureInfo.InvariantCulture, $"p{i}")));
        return $"""
            SELECT answer.*, asked.number
            FROM unnest({arrays}) WITH ORDINALITY AS asked ({names}, number)
            CROSS JOIN LATERAL (SELECT * FROM ({one}) AS alone OFFSET 0) AS answer
            """;
    }

    public static string PlaceholderOf(int number, Dialect dialect) =>
        (dialect == Dialect.Sqlite ? "@p" : "$") + number.ToString(CultureInfo.InvariantCulture);
}
