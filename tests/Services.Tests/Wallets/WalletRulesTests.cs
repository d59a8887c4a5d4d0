namespace RealtimeServer.Services.Wallets;

public sealed class WalletRulesTests
{
    private static readonly Guid User = Guid.NewGuid();

    [Fact]
    public void Updates_have_a_user_some_currencies_and_an_id_each()
    {
        WalletUpdate fine = Update(("gold", 5), ("gems", -1));
        Assert.Null(WalletRules.Refuse([fine, Update(("gold", 5))]));
        Assert.NotNull(WalletRules.Refuse([]));
        Assert.NotNull(WalletRules.Refuse([fine, fine]));
        Assert.NotNull(WalletRules.Refuse([Update()]));
        Assert.NotNull(WalletRules.Refuse([Update(("", 1))]));
        Assert.NotNull(WalletRules.Refuse([Update(("a\nb", 1))]));
        Assert.NotNull(WalletRules.Refuse([Update((new string('x', 129), 1))]));
        Assert.NotNull(WalletRules.Refuse([Update(("gold", long.MinValue))]));
        Assert.NotNull(WalletRules.Refuse([Update(("gold", 1)) with { Metadata = "5" }]));
        Assert.NotNull(WalletRules.Refuse([.. Enumerable.Range(0, 101).Select(_ => Update(("gold", 1)))]));
    }

    [Theory]
    [InlineData("""{"gold":5,"gems":-9223372036854775807}""", true)]
    [InlineData("{}", true)]
    [InlineData("""{"gold":1.5}""", false)]
    [InlineData("""{"gold":"5"}""", false)]
    [InlineData("""{"gold":9223372036854775808}""", false)]
    [InlineData("""{"gold":1,"gold":2}""", false)]
    [InlineData("""[1]""", false)]
    [InlineData("", false)]
    public void A_changeset_is_a_JSON_object_of_whole_numbers(string json, bool fine)
    {
        Assert.Equal(fine, WalletRules.TryRead(json, out Dictionary<string, long> amounts, out _));
        if (fine)
        {
            Assert.True(WalletRules.TryRead(WalletRules.Json(amounts), out Dictionary<string, long> again, out _));
            Assert.Equal(amounts, again);
        }
    }

    private static WalletUpdate Update(params (string, long)[] changes) => new(User, changes.ToDictionary(c => c.Item1, c => c.Item2));
}
