using System.Diagnostics.CodeAnalysis;

namespace RealtimeServer.Services.Search;

internal enum Occurrence
{
    Should,
    Must,
    MustNot,
}

/// <summary>One part of a query. Without a field it asks for nothing that exists, except <c>*</c>, which asks for everything.</summary>
internal sealed record SearchClause(Occurrence Occurrence, string? Field, SearchMatcher Matcher, double Boost)
{
    public bool Matches(SearchDocument document)
    {
        if (Field is null)
        {
            return Matcher is AnyMatcher;
        }
        IReadOnlyList<(string Field, SearchValue Value)> values = document.Values;
        for (int i = 0; i < values.Count; i++)
        {
            (string field, SearchValue value) = values[i];
            if (string.Equals(field, Field, StringComparison.Ordinal) && Matcher.Matches(value))
            {
                return true;
            }
        }
        return false;
    }
}

/// <summary>
/// A query as matchmaker, match listing and storage index take it. Clauses stand side by side: <c>+field:value</c> must match,
/// <c>-field:value</c> must not, <c>field:value</c> adds to the score, and one of them must match when none must.
/// Values: a word or <c>"a phrase"</c> (the whole text, case and all), a number, <c>*</c> and <c>?</c>, <c>/regex/</c>, <c>word~1</c>;
/// <c>&gt; &gt;= &lt; &lt;=</c> before a number or a quoted time. <c>^2.5</c> behind a clause weighs it. <c>\</c> takes a character as it is.
/// </summary>
public sealed class SearchQuery
{
    private readonly SearchClause[] _clauses;
    private readonly bool _needsShould;

    internal SearchQuery(SearchClause[] clauses)
    {
        _clauses = clauses;
        _needsShould = clauses.Any(c => c.Occurrence == Occurrence.Should) && !clauses.Any(c => c.Occurrence == Occurrence.Must);
    }

    internal IReadOnlyList<SearchClause> Clauses => _clauses;

    /// <summary>Reads a query from foreign text; an empty one asks for everything.</summary>
    /// <param name="text">At most <see cref="Limits.QueryCharactersMax"/> characters.</param>
    /// <param name="query">Null when it cannot be understood.</param>
    /// <param name="error">What is wrong and where, for who wrote it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SearchQuery? query, [NotNullWhen(false)] out string? error) =>
        new SearchQueryParser(text).TryRead(out query, out error);

    /// <summary>Whether a document is asked for.</summary>
    /// <param name="document">It.</param>
    /// <param name="score">The weights of the clauses that match, added up.</param>
    public bool Matches(SearchDocument document, out double score)
    {
        score = 0;
        bool should = false;
        foreach (SearchClause clause in _clauses)
        {
            bool matches = clause.Matches(document);
            switch (clause.Occurrence)
            {
                case Occurrence.MustNot when matches:
                case Occurrence.Must when !matches:
                    return false;
                case Occurrence.Should when matches:
                    should = true;
                    score += clause.Boost;
                    break;
                case Occurrence.Must:
                    score += clause.Boost;
                    break;
            }
        }
        return should || !_needsShould;
    }
}
