using RealtimeServer.Services.Realtime;

namespace RealtimeServer.Services.Multiplayer;

/// <summary>Relayed matches, message by message as recorded from the server that clients know.</summary>
public sealed class RelayedMatchTests : IAsyncLifetime
{
    private readonly TestServices _services = new();
    private readonly TestClient _alice;
    private readonly TestClient _bob;

    public RelayedMatchTests()
    {
        _alice = new TestClient(_services, "alice");
        _bob = new TestClient(_services, "bob");
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task A_match_is_created_joined_spoken_in_and_left()
    {
        string m = await CreateAsync(_alice);

        Assert.Equal(
            new[]
            {
                $$$$$"""{"match_presence_event":{"match_id":"{{{{{m}}}}}","joins":[{{{{{_bob.Json}}}}}]}}""",
                $$$$$"""{"cid":"2","match":{"match_id":"{{{{{m}}}}}","size":1,"presences":[{{{{{_alice.Json}}}}}],"self":{{{{{_bob.Json}}}}}}}""",
            }.Order(),
            (await _bob.SendAsync($$$$$"""{"cid":"2","match_join":{"match_id":"{{{{{m}}}}}"}}""")).Order());
        Assert.Equal([$$$$$"""{"match_presence_event":{"match_id":"{{{{{m}}}}}","joins":[{{{{{_bob.Json}}}}}]}}"""], _alice.Channel.Take());

        Assert.Empty(await _bob.SendAsync($$$$$"""{"match_data_send":{"match_id":"{{{{{m}}}}}","op_code":"7","data":"eyJ4IjoxfQ==","presences":[],"reliable":true}}"""));
        Assert.Equal([$$$$$"""{"match_data":{"match_id":"{{{{{m}}}}}","presence":{{{{{_bob.Json}}}}},"op_code":"7","data":"eyJ4IjoxfQ==","reliable":true}}"""], _alice.Channel.Take());
        Assert.Empty(await _bob.SendAsync($$$$$"""{"match_data_send":{"match_id":"{{{{{m}}}}}","op_code":0,"data":""}}"""));
        Assert.Equal([$$$$$"""{"match_data":{"match_id":"{{{{{m}}}}}","presence":{{{{{_bob.Json}}}}}}}"""], _alice.Channel.Take());
        Assert.Empty(await _bob.SendAsync($$$$$"""{"cid":"2b","match_data_send":{"match_id":"{{{{{m}}}}}","op_code":"7","data":"eyJ4IjoxfQ=="}}"""));
        Assert.Equal([$$$$$"""{"match_data":{"match_id":"{{{{{m}}}}}","presence":{{{{{_bob.Json}}}}},"op_code":"7","data":"eyJ4IjoxfQ=="}}"""], _alice.Channel.Take());

        Assert.Equal(["""{"cid":"3"}"""], await _bob.SendAsync($$$$$"""{"cid":"3","match_leave":{"match_id":"{{{{{m}}}}}"}}"""));
        Assert.Equal([$$$$$"""{"match_presence_event":{"match_id":"{{{{{m}}}}}","leaves":[{{{{{_bob.Json}}}}}]}}"""], _alice.Channel.Take());
    }

    [Fact]
    public async Task Data_goes_to_those_named_even_to_the_sender()
    {
        string m = await CreateAsync(_alice);
        await _bob.SendAsync($$$$$"""{"match_join":{"match_id":"{{{{{m}}}}}"}}""");
        _alice.Channel.Take();
        string[] own = await _bob.SendAsync($$$$$"""{"match_data_send":{"match_id":"{{{{{m}}}}}","op_code":"7","presences":[{{{{{_bob.Json}}}}}]}}""");
        Assert.Equal([$$$$$"""{"match_data":{"match_id":"{{{{{m}}}}}","presence":{{{{{_bob.Json}}}}},"op_code":"7"}}"""], own);
        Assert.Empty(_alice.Channel.Take());
    }

    [Theory]
    [InlineData("""{"cid":"4","match_join":{"match_id":"nope.node"}}""", """{"cid":"4","error":{"code":3,"message":"Invalid match ID"}}""")]
    [InlineData("""{"cid":"4","match_join":{}}""", """{"cid":"4","error":{"code":3,"message":"No match ID or token found"}}""")]
    [InlineData("""{"cid":"4","match_join":{"token":"x"}}""", """{"cid":"4","error":{"code":3,"message":"Invalid match token"}}""")]
    [InlineData("""{"cid":"5","match_join":{"match_id":"00000000-0000-4000-8000-000000000000."}}""", """{"cid":"5","error":{"code":4,"message":"Match not found"}}""")]
    [InlineData("""{"cid":"6","match_join":{"match_id":"00000000-0000-4000-8000-000000000000.n1"}}""", """{"cid":"6","error":{"code":4,"message":"Match not found"}}""")]
    [InlineData("""{"cid":"7","match_leave":{"match_id":"00000000-0000-4000-8000-000000000000."}}""", """{"cid":"7"}""")]
    [InlineData("""{"cid":"8","match_leave":{"match_id":"x"}}""", """{"cid":"8","error":{"code":3,"message":"Invalid match ID"}}""")]
    [InlineData("""{"cid":"9","match_data_send":{"match_id":"x"}}""", """{"cid":"9","error":{"code":3,"message":"Invalid match ID"}}""")]
    public async Task Wrong_requests_are_answered_as_recorded(string request, string answer)
    {
        Assert.Equal([answer], await _alice.SendAsync(request));
        Assert.Null(_alice.Channel.ClosedFor);
    }

    [Fact]
    public async Task Data_to_a_match_one_is_not_in_is_dropped()
    {
        string m = await CreateAsync(_alice);
        Assert.Empty(await _bob.SendAsync($$$$$"""{"cid":"1","match_data_send":{"match_id":"{{{{{m}}}}}","op_code":"7"}}"""));
        Assert.Empty(_alice.Channel.Take());
        Assert.Empty(await _bob.SendAsync("""{"cid":"1","match_data_send":{"match_id":"00000000-0000-4000-8000-000000000000.","op_code":"7"}}"""));
    }

    [Fact]
    public async Task The_same_name_is_the_same_match()
    {
        const string Id = "67313b41-30d5-558c-854c-f5c345cc83c1.";
        string[] created = await _alice.SendAsync("""{"cid":"66","matchCreate":{"name":"camel"}}""");
        Assert.Contains($$$$$"""{"cid":"66","match":{"match_id":"{{{{{Id}}}}}","size":1,"self":{{{{{_alice.Json}}}}}}}""", created);
        Assert.Contains($$$$$"""{"match_presence_event":{"match_id":"{{{{{Id}}}}}","joins":[{{{{{_alice.Json}}}}}]}}""", created);
        string[] joined = await _bob.SendAsync("""{"cid":"1","match_create":{"name":"camel"}}""");
        Assert.Contains($$$$$"""{"cid":"1","match":{"match_id":"{{{{{Id}}}}}","size":2,"presences":[{{{{{_alice.Json}}}}}],"self":{{{{{_bob.Json}}}}}}}""", joined);
    }

    [Fact]
    public async Task A_session_that_goes_leaves_all_its_matches()
    {
        string one = await CreateAsync(_alice);
        string two = await CreateAsync(_alice);
        await _bob.SendAsync($$$$$"""{"match_join":{"match_id":"{{{{{one}}}}}"}}""");
        await _bob.SendAsync($$$$$"""{"match_join":{"match_id":"{{{{{two}}}}}"}}""");
        _alice.Channel.Take();
        _bob.Session.Closed();
        Assert.Equal(
            new[]
            {
                $$$$$"""{"match_presence_event":{"match_id":"{{{{{one}}}}}","leaves":[{{{{{_bob.Json}}}}}]}}""",
                $$$$$"""{"match_presence_event":{"match_id":"{{{{{two}}}}}","leaves":[{{{{{_bob.Json}}}}}]}}""",
            }.Order(),
            _alice.Channel.Take().Order());
    }

    [Fact]
    public async Task A_session_is_in_a_bounded_number_of_matches()
    {
        for (int i = 0; i < Limits.MatchesPerSessionMax; i++)
        {
            await CreateAsync(_alice);
        }
        Assert.Equal(
            ["""{"cid":"1","error":{"code":3,"message":"Too many matches, a session may be in 32."}}"""],
            await _alice.SendAsync("""{"cid":"1","match_create":{}}"""));
    }

    [Fact]
    public async Task A_name_too_long_is_refused()
    {
        string[] answer = await _alice.SendAsync($$$$$"""{"cid":"1","match_create":{"name":"{{{{{new string('x', 2000)}}}}}"}}""");
        Assert.StartsWith("""{"cid":"1","error":{"code":3,""", Assert.Single(answer));
    }

    private static async Task<string> CreateAsync(TestClient client)
    {
        string[] sent = await client.SendAsync("""{"cid":"1","match_create":{}}""");
        Assert.Equal(2, sent.Length);
        string answer = Assert.Single(sent, s => s.StartsWith("""{"cid":"1","match":""", StringComparison.Ordinal));
        string m = answer.Substring(answer.IndexOf("match_id", StringComparison.Ordinal) + 11, 37);
        Assert.EndsWith(".", m);
        Assert.Contains($$$$$"""{"cid":"1","match":{"match_id":"{{{{{m}}}}}","size":1,"self":{{{{{client.Json}}}}}}}""", sent);
        Assert.Contains($$$$$"""{"match_presence_event":{"match_id":"{{{{{m}}}}}","joins":[{{{{{client.Json}}}}}]}}""", sent);
        return m;
    }
}
