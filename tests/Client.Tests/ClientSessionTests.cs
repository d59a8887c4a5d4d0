namespace RealtimeServer.Client;

public sealed class ClientSessionTests
{
    [Fact]
    public void A_session_reads_its_tokens_claims()
    {
        ClientSession session = TestSession.Make();
        Assert.Equal(TestSession.User, session.UserId);
        Assert.Equal("ada", session.Username);
        Assert.Equal(1795210227, session.Expires.ToUnixTimeSeconds());
        Assert.True(session.Created);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.!!!.c")]
    [InlineData("a.e30.c")]
    [InlineData("a.W10.c")]
    [InlineData("a.bm90IGpzb24.c")]
    public void What_is_no_token_is_refused_in_words(string token)
    {
        ClientException error = Assert.Throws<ClientException>(() => ClientSession.FromTokens(token, "", created: false));
        Assert.Contains("token", error.Message, StringComparison.Ordinal);
    }
}
