using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RealtimeServer.Services.Search;

/// <summary>Reads one query text from its begin to its end; good for one.</summary>
internal sealed partial class SearchQueryParser
{
    private const string Escapable = "+-=&|><!(){}[]^\"~*?:\\/ ";

    private readonly string _text;
    private int _at;

    public SearchQueryParser(string text) => _text = text;

    private enum TermKind
    {
        Word,
        Number,
        Phrase,
        Regex,
    }

    private bool AtEnd => _at >= _text.Length;

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    public bool TryRead([NotNullWhen(true)] out SearchQuery? query, [NotNullWhen(false)] out string? error)
    {
        query = null;
        try
        {
            query = new SearchQuery([.. Clauses()]);
            error = null;
            return true;
        }
        catch (FormatException exception)
        {
            error = $"{exception.Message} at character {_at + 1}";
            return false;
        }
    }

    private List<SearchClause> Clauses()
    {
        if (_text.Length > Limits.QueryCharactersMax)
        {
            throw new FormatException($"query longer than {Limits.QueryCharactersMax} characters");
        }
        List<SearchClause> clauses = [];
        SkipBlanks();
        while (!AtEnd)
        {
            if (clauses.Count == Limits.QueryClausesMax)
            {
                throw new FormatException($"more than {Limits.QueryClausesMax} clauses");
            }
            clauses.Add(Clause());
            if (!AtEnd && !IsBlank(Current))
            {
                throw new FormatException($"unexpected '{Current}'");
            }
            SkipBlanks();
        }
        return clauses;
    }

    private SearchClause Clause()
    {
        Occurrence occurrence = Current switch
        {
            '+' => Occurrence.Must,
            '-' => Occurrence.MustNot,
            _ => Occurrence.Should,
        };
        _at += occurrence == Occurrence.Should ? 0 : 1;
        Term first = ReadTerm();
        string? field = null;
        SearchMatcher matcher;
        if (Current == ':')
        {
            if (first.Kind is TermKind.Phrase or TermKind.Regex)
            {
                throw new FormatException("a field name before ':' expected");
            }
            field = first.Text;
            _at++;
            matcher = Current is '>' or '<' ? Range() : ValueMatcher(ReadTerm());
        }
        else
        {
            matcher = ValueMatcher(first);
        }
        return new SearchClause(occurrence, field, matcher, Boost());
    }

    private SearchMatcher ValueMatcher(Term term)
    {
        if (Current == '~')
        {
            return Fuzzy(term);
        }
        if (term.Kind == TermKind.Regex)
        {
            return new RegexMatcher(Compile(term.Text));
        }
        if (term.Kind == TermKind.Word && term.Wild.Contains(true))
        {
            return term.Text == "*" ? new AnyMatcher() : new WildcardMatcher(term.Text, term.Wild);
        }
        return new TextMatcher(term.Text, term.Kind == TermKind.Number ? double.Parse(term.Text, CultureInfo.InvariantCulture) : null);
    }

    private FuzzyMatcher Fuzzy(Term term)
    {
        _at++;
        string digits = Digits();
        int distance = digits.Length == 0 ? 1 : digits.Length == 1 ? digits[0] - '0' : int.MaxValue;
        if (term.Kind is TermKind.Phrase or TermKind.Regex || distance > Limits.QueryDistanceMax)
        {
            throw new FormatException($"'~' follows a word and allows up to {Limits.QueryDistanceMax} differences");
        }
        return new FuzzyMatcher(term.Text, distance);
    }

    private RangeMatcher Range()
    {
        bool greater = Current == '>';
        _at++;
        bool included = Current == '=';
        _at += included ? 1 : 0;
        double bound;
        bool isTime = Current == '"';
        if (isTime)
        {
            string time = ReadTerm().Text;
            if (!SearchValue.TryTime(time, out bound))
            {
                throw new FormatException($"'{time}' is no time");
            }
        }
        else
        {
            Match number = NumberText().Match(_text, _at);
            if (!number.Success)
            {
                throw new FormatException("a number or a quoted time expected");
            }
            _at += number.Length;
            bound = double.Parse(number.ValueSpan, CultureInfo.InvariantCulture);
        }
        return greater
            ? new RangeMatcher(bound, included, double.PositiveInfinity, true, isTime)
            : new RangeMatcher(double.NegativeInfinity, true, bound, included, isTime);
    }

    private double Boost()
    {
        if (Current != '^')
        {
            return 1;
        }
        _at++;
        Match number = NumberText().Match(_text, _at);
        if (!number.Success || number.Value[0] == '-')
        {
            throw new FormatException("a weight after '^' expected");
        }
        _at += number.Length;
        return double.Parse(number.ValueSpan, CultureInfo.InvariantCulture);
    }

    private Term ReadTerm() => Current switch
    {
        '"' => new Term(TermKind.Phrase, Quoted('"'), []),
        '/' => new Term(TermKind.Regex, Quoted('/'), []),
        _ => Word(),
    };

    private string Quoted(char end)
    {
        _at++;
        StringBuilder text = new();
        while (Current != end)
        {
            if (AtEnd)
            {
                throw new FormatException($"closing {end} missing");
            }
            // In a regular expression the backslash is the expression's own, except before the slash.
            if (Current == '\\' && _at + 1 < _text.Length && (_text[_at + 1] == end || (end == '"' && Escapable.Contains(_text[_at + 1], StringComparison.Ordinal))))
            {
                _at++;
            }
            text.Append(Current);
            _at++;
        }
        _at++;
        return text.ToString();
    }

    private Term Word()
    {
        Match number = NumberText().Match(_text, _at);
        if (number.Success && (_at + number.Length == _text.Length || IsEndOfWord(_text[_at + number.Length])))
        {
            _at += number.Length;
            return new Term(TermKind.Number, number.Value, []);
        }
        StringBuilder text = new();
        List<bool> wild = [];
        while (!AtEnd && !IsEndOfWord(Current))
        {
            bool escaped = Current == '\\' && _at + 1 < _text.Length && Escapable.Contains(_text[_at + 1], StringComparison.Ordinal);
            _at += escaped ? 1 : 0;
            wild.Add(!escaped && Current is '*' or '?');
            text.Append(Current);
            _at++;
        }
        if (text.Length == 0 || (wild.Count == 1 && text[0] is '>' or '<' or '='))
        {
            throw new FormatException(AtEnd ? "a value expected" : $"unexpected '{Current}'");
        }
        return new Term(TermKind.Word, text.ToString(), [.. wild]);
    }

    private static Regex Compile(string pattern)
    {
        int repeats = 1;
        foreach (Match counted in CountedRepeat().Matches(pattern))
        {
            repeats = int.TryParse(counted.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out int count) && count <= Limits.QueryRepeatsMax
                ? repeats * Math.Max(count, 1)
                : int.MaxValue;
            if (repeats is > Limits.QueryRepeatsMax or < 0)
            {
                throw new FormatException($"a regular expression repeats at most {Limits.QueryRepeatsMax} times");
            }
        }
        try
        {
            return new Regex("^(?:" + pattern + ")\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"regular expression /{pattern}/ is not understood");
        }
    }

    private string Digits()
    {
        int start = _at;
        while (char.IsAsciiDigit(Current))
        {
            _at++;
        }
        return _text[start.._at];
    }

    private void SkipBlanks()
    {
        while (!AtEnd && IsBlank(Current))
        {
            _at++;
        }
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\r';

    private static bool IsEndOfWord(char c) => IsBlank(c) || c is ':' or '^' or '~';

    [GeneratedRegex(@"\G-?\d{1,300}(\.\d{1,300})?", RegexOptions.CultureInvariant)]
    private static partial Regex NumberText();

    [GeneratedRegex(@"\{[^}]*?(\d+)\s*,?\s*\}", RegexOptions.CultureInvariant)]
    private static partial Regex CountedRepeat();

    /// <param name="Wild">Of a word, which characters are wildcards.</param>
    private readonly record struct Term(TermKind Kind, string Text, bool[] Wild);
}
