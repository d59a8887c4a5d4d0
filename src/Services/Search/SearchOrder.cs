using System.Diagnostics.CodeAnalysis;

namespace RealtimeServer.Services.Search;

/// <summary>By which fields results are ordered: a name, with a minus before it for falling order. What lacks the field comes last.</summary>
public sealed class SearchOrder
{
    /// <summary>The name that stands for the score.</summary>
    public const string Score = "_score";

    private readonly (string Field, bool Falling)[] _fields;

    private SearchOrder((string Field, bool Falling)[] fields) => _fields = fields;

    /// <summary>The best first.</summary>
    public static SearchOrder ByScore { get; } = new([(Score, true)]);

    /// <param name="fields">At most <see cref="Limits.SearchOrdersMax"/>; none: by score, the best first.</param>
    /// <param name="order">Null when one is empty or there are too many.</param>
    public static bool TryParse(IReadOnlyList<string> fields, [NotNullWhen(true)] out SearchOrder? order)
    {
        order = null;
        if (fields.Count > Limits.SearchOrdersMax || fields.Any(f => f.Length is 0 or > Limits.StorageNameBytesMax || f == "-"))
        {
            return false;
        }
        order = fields.Count == 0 ? ByScore : new SearchOrder([.. fields.Select(f => f[0] == '-' ? (f[1..], true) : (f, false))]);
        return true;
    }

    /// <summary>Less than zero when the first comes first; zero when the order does not tell.</summary>
    public int Compare(SearchDocument first, double firstScore, SearchDocument second, double secondScore)
    {
        foreach ((string field, bool falling) in _fields)
        {
            int order = field == Score ? firstScore.CompareTo(secondScore) : Compare(Find(first, field), Find(second, field), falling);
            if (order != 0)
            {
                return falling ? -order : order;
            }
        }
        return 0;
    }

    private static SearchValue? Find(SearchDocument document, string field)
    {
        foreach ((string name, SearchValue value) in document.Values)
        {
            if (string.Equals(name, field, StringComparison.Ordinal))
            {
                return value;
            }
        }
        return null;
    }

    private static int Compare(SearchValue? first, SearchValue? second, bool falling)
    {
        if (first is not SearchValue a || second is not SearchValue b)
        {
            int missing = (first is null ? 1 : 0) - (second is null ? 1 : 0);
            return falling ? -missing : missing;
        }
        bool bothNumbers = (a.IsNumber || a.IsTime) && (b.IsNumber || b.IsTime);
        return bothNumbers ? a.Number.CompareTo(b.Number)
            : a.IsNumber != b.IsNumber ? (a.IsNumber ? -1 : 1)
            : string.CompareOrdinal(a.Text, b.Text);
    }
}
