using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Foundation;
using RealtimeServer.Protocol.Api;

namespace RealtimeServer.Protocol.Rest;

public sealed class QueryBindingTests
{
    [Fact]
    public void Wrappers_take_bare_values_and_stay_absent_when_not_named()
    {
        ListMatchesRequest request = Apply(new ListMatchesRequest(), "limit=0&authoritative=false&label=&minSize=2");
        Assert.Equal(new ListMatchesRequest { Limit = 0, Authoritative = false, Label = "", MinSize = 2 }, request);
        Assert.Null(request.MaxSize);
    }

    [Fact]
    public void Text_is_decoded() =>
        Assert.Equal("+label.mode:a b/ü", Apply(new ListMatchesRequest(), "query=%2Blabel.mode%3Aa+b%2F%C3%BC").Query);

    [Fact]
    public void Repeated_fields_gather_their_values() =>
        Assert.Equal(["a", "b", ""], Apply(new FieldMask(), "paths=a&paths=b&paths=").Paths);

    [Fact]
    public void Nested_fields_are_named_with_dots_in_either_spelling()
    {
        Account account = Apply(new Account(), "user.edge_count=-3&user.langTag=de&user.online=T&verifyTime=2026-11-20T21:29:27Z");
        Assert.Equal(-3, account.User.EdgeCount);
        Assert.Equal("de", account.User.LangTag);
        Assert.True(account.User.Online);
        Assert.Equal(1795210167, account.VerifyTime.Seconds);
    }

    [Theory]
    [InlineData("SYNTAX_PROTO3")]
    [InlineData("1")]
    public void Enums_are_read_by_name_and_number(string value) =>
        Assert.Equal(Syntax.Proto3, Apply(new Google.Protobuf.WellKnownTypes.Type(), "syntax=" + value).Syntax);

    [Theory]
    [InlineData("zzz=1")]
    [InlineData("user=1")]
    [InlineData("user.zzz=1")]
    [InlineData("devices=1")]
    [InlineData("devices.id=1")]
    [InlineData("email.x=1")]
    [InlineData(".=1")]
    [InlineData("=")]
    [InlineData("&&")]
    [InlineData("a.b.c.d.e.f.g.h.i.j.k=1")]
    public void What_names_no_field_is_ignored_and_leaves_nothing_behind(string query) => Assert.Equal(new Account(), Apply(new Account(), query));

    [Theory]
    [InlineData("authoritative=maybe", "parsing field \"authoritative\": strconv.ParseBool: parsing \"maybe\": invalid syntax")]
    [InlineData("limit=x", "parsing field \"limit\": strconv.ParseInt: parsing \"x\": invalid syntax")]
    [InlineData("limit=", "parsing field \"limit\": strconv.ParseInt: parsing \"\": invalid syntax")]
    [InlineData("limit=1%20", "parsing field \"limit\": strconv.ParseInt: parsing \"1 \": invalid syntax")]
    [InlineData("limit=99999999999", "parsing field \"limit\": strconv.ParseInt: parsing \"99999999999\": value out of range")]
    [InlineData("limit=1&limit=2", "too many values for field \"limit\"")]
    [InlineData("minSize=1&min_size=2", "too many values for field \"min_size\"")]
    public void Wrong_values_are_refused_with_the_texts_clients_know(string query, string expected)
    {
        Assert.False(QueryBinding.TryApply(query, new ListMatchesRequest(), static _ => false, out string? error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void A_query_of_too_many_parameters_is_refused()
    {
        string query = string.Concat(Enumerable.Repeat("paths=a&", Limits.QueryParametersMax + 1));
        Assert.False(QueryBinding.TryApply(query, new FieldMask(), static _ => false, out _));
    }

    [Fact]
    public void Random_queries_are_read_or_refused()
    {
        string[] words = ["limit", "user", ".", "=", "&", "%", "%2", "%FF", "+", "1", "-", "99999999999999999999", "true", "username", "create_time", "\ud800", "é", "[a]", "verify_time", "2026-11-20T21:29:27Z"];
        DeterministicRandom random = new(3);
        for (int i = 0; i < 50_000; i++)
        {
            string query = "";
            for (int n = random.Next(0, 12); n > 0; n--)
            {
                query += words[random.Next(0, words.Length)];
            }
            QueryBinding.TryApply(query, new Account(), static _ => false, out _);
            QueryBinding.TryApply(query, new ListMatchesRequest(), static _ => false, out _);
        }
    }

    private static T Apply<T>(T message, string query)
        where T : IMessage
    {
        Assert.True(QueryBinding.TryApply(query, message, static _ => false, out string? error), error);
        return message;
    }
}
