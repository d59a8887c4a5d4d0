using RealtimeServer.Foundation;

namespace RealtimeServer.Services.Search;

public sealed class SearchQueryTests
{
    private static readonly SearchDocument Document = new SearchDocument()
        .Add("properties.region", "eu")
        .Add("properties.rank", 5)
        .AddJson("label", """
            {"mode":"Duel of Two","open":true,"full":false,"level":-2.5,"tags":["fast","short"],"map":{"name":"a:b/c","size":12},
             "code":"42","since":"2026-11-20T21:29:27Z","nothing":null,"word":"watermelon"}
            """);

    [Theory]
    [InlineData("", true)]
    [InlineData("*", true)]
    [InlineData("  ", true)]
    [InlineData("+properties.region:eu", true)]
    [InlineData("+properties.region:us", false)]
    [InlineData("+properties.region:EU", false)]
    [InlineData("-properties.region:us", true)]
    [InlineData("-properties.region:eu", false)]
    [InlineData("properties.region:us properties.rank:5", true)]
    [InlineData("properties.region:us properties.rank:6", false)]
    [InlineData("properties.region:us +properties.rank:5", true)]
    [InlineData("+properties.rank:>4 +properties.rank:<6", true)]
    [InlineData("+properties.rank:>5", false)]
    [InlineData("+properties.rank:>=5 +properties.rank:<=5.0", true)]
    [InlineData("+label.level:<-2", true)]
    [InlineData("+label.level:-2.5", true)]
    [InlineData("+label.level:>-2.5", false)]
    [InlineData("+label.open:T +label.full:F", true)]
    [InlineData("+label.open:true", false)]
    [InlineData("+label.mode:\"Duel of Two\"", true)]
    [InlineData("+label.mode:Duel\\ of\\ Two", true)]
    [InlineData("+label.mode:Duel", false)]
    [InlineData("+label.mode:Duel*", true)]
    [InlineData("+label.mode:*T?o", true)]
    [InlineData("+label.mode:D?l*", false)]
    [InlineData("+label.mode:Duel\\*", false)]
    [InlineData("+label.tags:fast +label.tags:short", true)]
    [InlineData("+label.tags:slow", false)]
    [InlineData("+label.map.name:a\\:b\\/c", true)]
    [InlineData("+label.map.size:12", true)]
    [InlineData("+label.code:42", true)]
    [InlineData("+label.code:\"42\"", true)]
    [InlineData("+label.map.size:\"12\"", false)]
    [InlineData("+label.since:>\"2026-11-20\"", true)]
    [InlineData("+label.since:<=\"2026-11-20T22:29:27+01:00\"", true)]
    [InlineData("+label.since:<\"2026-11-20T21:29:27Z\"", false)]
    [InlineData("+label.since:\"2026-11-20T21:29:27Z\"", true)]
    [InlineData("+label.since:>5", false)]
    [InlineData("+label.nothing:*", false)]
    [InlineData("+label.word:*", true)]
    [InlineData("+label.word:/water(melon|fall)/", true)]
    [InlineData("+label.word:/water/", false)]
    [InlineData("+label.map.name:/a:b\\/./", true)]
    [InlineData("+label.word:watermelom~", true)]
    [InlineData("+label.word:watrmelom~1", false)]
    [InlineData("+label.word:watrmelom~2", true)]
    [InlineData("eu", false)]
    [InlineData("+eu", false)]
    [InlineData("-eu", true)]
    public void A_query_asks_for_what_it_says(string text, bool matches)
    {
        Assert.True(SearchQuery.TryParse(text, out SearchQuery? query, out string? error), error);
        Assert.Equal(matches, query.Matches(Document, out _));
    }

    [Theory]
    [InlineData("properties.region:eu", 1)]
    [InlineData("properties.region:eu^2.5 properties.rank:5^3 label.mode:x^9", 5.5)]
    [InlineData("+properties.region:eu^2 -label.mode:x^9", 2)]
    [InlineData("*", 1)]
    public void A_score_is_the_weight_of_what_matches(string text, double score)
    {
        Assert.True(SearchQuery.TryParse(text, out SearchQuery? query, out _));
        Assert.True(query.Matches(Document, out double actual));
        Assert.Equal(score, actual);
    }

    [Theory]
    [InlineData("+label.x:>>", "character")]
    [InlineData("+label.x:", "a value expected")]
    [InlineData("+", "a value expected")]
    [InlineData("label.x:\"open", "closing \" missing")]
    [InlineData("label.x:/open", "closing / missing")]
    [InlineData("label.x:/(/", "not understood")]
    [InlineData("label.x:/(a)\\1/", "not understood")]
    [InlineData("label.x:/((a{50}){50}){50}/", "repeats at most")]
    [InlineData("label.x:/a{99999999999}/", "repeats at most")]
    [InlineData("label.x:a^", "a weight after '^' expected")]
    [InlineData("label.x:a^-1", "a weight after '^' expected")]
    [InlineData("label.x:a~9", "differences")]
    [InlineData("label.x:\"a b\"~1", "differences")]
    [InlineData("label.x:>\"yesterday\"", "is no time")]
    [InlineData("\"label\":x", "a field name")]
    [InlineData("a:b:c", "unexpected ':'")]
    public void What_cannot_be_understood_is_refused_in_words(string text, string expected)
    {
        Assert.False(SearchQuery.TryParse(text, out _, out string? error));
        Assert.Contains(expected, error);
    }

    [Fact]
    public void Queries_are_bounded()
    {
        Assert.False(SearchQuery.TryParse(new string('a', Limits.QueryCharactersMax + 1), out _, out _));
        Assert.False(SearchQuery.TryParse(string.Concat(Enumerable.Repeat("a:b ", Limits.QueryClausesMax + 1)), out _, out _));
        Assert.Equal(Limits.DocumentValuesMax, new SearchDocument().AddJson("", "{\"a\":[" + string.Join(',', Enumerable.Range(0, 5000)) + "]}").Count);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("not json")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("")]
    public void What_is_no_object_has_no_fields(string json) => Assert.Equal(0, new SearchDocument().AddJson("x", json).Count);

    [Fact]
    public void Results_are_ordered_by_fields_and_what_lacks_one_comes_last()
    {
        SearchDocument a = new SearchDocument().Add("n", 1).Add("t", "b");
        SearchDocument b = new SearchDocument().Add("n", 2).Add("t", "a");
        SearchDocument none = new();
        Assert.Equal([a, b, none], Sorted("n"));
        Assert.Equal([b, a, none], Sorted("-n"));
        Assert.Equal([b, a, none], Sorted("t"));
        Assert.Equal([none, b, a], Sorted());
        Assert.False(SearchOrder.TryParse(["-"], out _));
        Assert.False(SearchOrder.TryParse([""], out _));

        IEnumerable<SearchDocument> Sorted(params string[] fields)
        {
            Assert.True(SearchOrder.TryParse(fields, out SearchOrder? order));
            // Its score is its place here.
            List<SearchDocument> all = [a, b, none];
            return all.Order(Comparer<SearchDocument>.Create((x, y) => order.Compare(x, all.IndexOf(x), y, all.IndexOf(y))));
        }
    }

    /// <summary>Whatever a client sends is a query or a refusal, and a query then runs on any document.</summary>
    [Fact]
    public void Any_text_is_a_query_or_a_refusal()
    {
        const string Alphabet = "+-:\"/\\*?~^<>=(){}[]|&! .,0159aTeu\t\n\0\u00e9\ud83d\ude00\ud800";
        string[] pieces = ["+label.x:", "properties.rank:>=", "\"2026-11-20\"", "/a[bc]*/", "eu", "~1", "^2", "5", "-3.25", "*", " "];
        DeterministicRandom random = new(20261121);
        int queries = 0;
        for (int i = 0; i < 200_000; i++)
        {
            string text = "";
            int parts = random.Next(12);
            for (int part = 0; part < parts; part++)
            {
                text += random.Next(2) == 0 ? Alphabet[random.Next(Alphabet.Length)].ToString() : pieces[random.Next(pieces.Length)];
            }
            if (SearchQuery.TryParse(text, out SearchQuery? query, out string? error))
            {
                queries++;
                query.Matches(Document, out double score);
                Assert.True(score >= 0);
            }
            else
            {
                Assert.NotEmpty(error);
            }
        }
        Assert.True(queries > 10_000);
    }
}
