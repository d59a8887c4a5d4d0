using System.Text.RegularExpressions;

namespace RealtimeServer.Services.Search;

/// <summary>What a clause asks of one value.</summary>
internal abstract class SearchMatcher
{
    /// <summary>The only text that can match, if there is one: an index looks it up instead of trying every document.</summary>
    public virtual string? OnlyText => null;

    public abstract bool Matches(in SearchValue value);
}

/// <summary>Any value at all: the field is there.</summary>
internal sealed class AnyMatcher : SearchMatcher
{
    public override bool Matches(in SearchValue value) => true;
}

/// <summary>The whole text. One that reads as a number asks for that number too.</summary>
internal sealed class TextMatcher(string text, double? number) : SearchMatcher
{
    public override string? OnlyText => number is null ? text : null;

    public override bool Matches(in SearchValue value) => value.IsNumber ? value.Number == number : value.Text == text;
}

/// <summary>A number, or the time of a text that is one, between bounds.</summary>
internal sealed class RangeMatcher(double least, bool leastIncluded, double most, bool mostIncluded, bool ofTimes) : SearchMatcher
{
    public override bool Matches(in SearchValue value) =>
        (ofTimes ? value.IsTime : value.IsNumber)
        && (leastIncluded ? value.Number >= least : value.Number > least)
        && (mostIncluded ? value.Number <= most : value.Number < most);
}

/// <summary>A text with * for any characters and ? for one.</summary>
internal sealed class WildcardMatcher(string pattern, bool[] isWild) : SearchMatcher
{
    public override bool Matches(in SearchValue value) => value.Text is string text && Matches(text);

    // Goes back to the last star only: that is enough, and takes at most length times length.
    private bool Matches(string text)
    {
        int at = 0;
        int of = 0;
        int star = -1;
        int mark = 0;
        while (at < text.Length)
        {
            if (of < pattern.Length && isWild[of] && pattern[of] == '*')
            {
                star = of++;
                mark = at;
            }
            else if (of < pattern.Length && (isWild[of] ? pattern[of] == '?' : pattern[of] == text[at]))
            {
                of++;
                at++;
            }
            else if (star >= 0)
            {
                of = star + 1;
                at = ++mark;
            }
            else
            {
                return false;
            }
        }
        while (of < pattern.Length && isWild[of] && pattern[of] == '*')
        {
            of++;
        }
        return of == pattern.Length;
    }
}

/// <summary>A text that differs in at most so many characters put in, left out or changed.</summary>
internal sealed class FuzzyMatcher(string text, int distance) : SearchMatcher
{
    public override bool Matches(in SearchValue value) => value.Text is string other && IsNear(other);

    private bool IsNear(string other)
    {
        if (Math.Abs(other.Length - text.Length) > distance)
        {
            return false;
        }
        Span<int> row = text.Length < 256 ? stackalloc int[text.Length + 1] : new int[text.Length + 1];
        for (int j = 0; j < row.Length; j++)
        {
            row[j] = j;
        }
        for (int i = 0; i < other.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            int least = row[0];
            for (int j = 1; j < row.Length; j++)
            {
                int changed = diagonal + (other[i] == text[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
                least = Math.Min(least, row[j]);
            }
            if (least > distance)
            {
                return false;
            }
        }
        return row[^1] <= distance;
    }
}

/// <summary>A regular expression for the whole text, of a kind that takes time in proportion to the text.</summary>
internal sealed class RegexMatcher(Regex regex) : SearchMatcher
{
    public override bool Matches(in SearchValue value) => value.Text is string text && regex.IsMatch(text);
}
