using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using RealtimeServer.Services.Data.Mapping;

namespace RealtimeServer.Services.Data;

/// <summary>
/// One step of the schema, forward only: the embedded file NNNN_name.sql of a feature's folder. One text serves both databases; the
/// types in it, in capitals, are
/// <list type="table">
/// <item><term>TEXT</term><description>SQLite TEXT; PostgreSQL TEXT COLLATE "C", so that both sort by bytes</description></item>
/// <item><term>UUID</term><description>SQLite TEXT, 8-4-4-4-12 in small letters; PostgreSQL UUID. Both sort alike</description></item>
/// <item><term>BYTES</term><description>SQLite BLOB; PostgreSQL BYTEA</description></item>
/// <item><term>BIGINT, INTEGER, BOOLEAN, DOUBLE PRECISION</term><description>the same word in both. Times are microseconds since 1970 UTC in BIGINT</description></item>
/// </list>
/// </summary>
/// <param name="Checksum">Of the text; a migration that was applied must never change.</param>
public sealed partial record Migration(int Number, string Name, string Sql, string Checksum)
{
    public static Migration Of(int number, string name, string sql)
    {
        // A checkout on Windows may change line ends; that is no other migration.
        string text = sql.Replace("\r\n", "\n", StringComparison.Ordinal);
        return new Migration(number, name, text, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    /// <summary>All migrations embedded in an assembly, in order.</summary>
    /// <exception cref="InvalidOperationException">A file without a number, or two with the same.</exception>
    public static IReadOnlyList<Migration> EmbeddedIn(Assembly assembly)
    {
        SortedDictionary<int, Migration> byNumber = [];
        foreach (string resource in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)))
        {
            Match match = ResourceName().Match(resource);
            if (!match.Success)
            {
                throw new InvalidOperationException($"{resource}: a migration is named NNNN_name.sql.");
            }
            int number = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
            if (!byNumber.TryAdd(number, Of(number, match.Groups[2].Value, reader.ReadToEnd())))
            {
                throw new InvalidOperationException($"{resource}: two migrations have the number {number}.");
            }
        }
        return [.. byNumber.Values];
    }

    /// <summary>The text as PostgreSQL or SQLite gets it.</summary>
    public string SqlFor(bool postgres) => SqlFor(postgres ? Dialect.Postgres : Dialect.Sqlite);

    /// <summary>The text with the types of one database.</summary>
    internal string SqlFor(Dialect dialect) => TypeWord().Replace(Sql, match => (match.Value, dialect) switch
    {
        ("UUID", Dialect.Sqlite) => "TEXT",
        ("BYTES", Dialect.Sqlite) => "BLOB",
        ("TEXT", Dialect.Postgres) => "TEXT COLLATE \"C\"",
        ("BYTES", Dialect.Postgres) => "BYTEA",
        (string same, _) => same,
    });

    public override string ToString() => $"{Number:0000}_{Name}";

    [GeneratedRegex(@"\b(TEXT|UUID|BYTES)\b")]
    private static partial Regex TypeWord();

    [GeneratedRegex(@"\.(\d{4})_([a-z0-9_]+)\.sql$")]
    private static partial Regex ResourceName();
}
