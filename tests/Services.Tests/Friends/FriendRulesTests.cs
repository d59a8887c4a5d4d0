using RealtimeServer.Services.Notifications;
using static RealtimeServer.Services.Friends.FriendState;

namespace RealtimeServer.Services.Friends;

public sealed class FriendRulesTests
{
    private static readonly FriendPair Nothing = new(null, null);
    private static readonly FriendPair Invited = new(InviteSent, InviteReceived);
    private static readonly FriendPair WasInvited = new(InviteReceived, InviteSent);
    private static readonly FriendPair Friends = new(Friend, Friend);
    private static readonly FriendPair Blocking = new(Blocked, null);
    private static readonly FriendPair BlockedByThem = new(null, Blocked);
    private static readonly FriendPair BothBlocking = new(Blocked, Blocked);

    /// <summary>Every state a pair can be in.</summary>
    private static readonly FriendPair[] All = [Nothing, Invited, WasInvited, Friends, Blocking, BlockedByThem, BothBlocking];

    [Fact]
    public void Adding_invites_accepts_or_does_nothing()
    {
        Assert.Equal(new FriendChange(Invited, NotificationCodes.FriendRequest), FriendRules.Add(Nothing));
        Assert.Equal(new FriendChange(Friends, NotificationCodes.FriendAccepted), FriendRules.Add(WasInvited));
        Assert.All([Invited, Friends, Blocking, BlockedByThem, BothBlocking], pair => Assert.Equal(new FriendChange(pair, null), FriendRules.Add(pair)));
    }

    [Fact]
    public void Deleting_ends_everything_but_the_others_block()
    {
        Assert.All([Invited, WasInvited, Friends], pair => Assert.Equal(new FriendChange(Nothing, NotificationCodes.FriendRemoved), FriendRules.Delete(pair)));
        Assert.All([Nothing, Blocking], pair => Assert.Equal(new FriendChange(Nothing, null), FriendRules.Delete(pair)));
        Assert.All([BlockedByThem, BothBlocking], pair => Assert.Equal(new FriendChange(BlockedByThem, null), FriendRules.Delete(pair)));
    }

    [Fact]
    public void Blocking_ends_everything_else_and_is_not_told() => Assert.All(All, pair => Assert.Equal(
        new FriendChange(pair.Theirs == Blocked ? BothBlocking : Blocking, null), FriendRules.Block(pair)));

    [Fact]
    public void An_import_makes_friends_of_all_but_blocked_ones()
    {
        Assert.All([Nothing, Invited, WasInvited], pair => Assert.Equal(new FriendChange(Friends, NotificationCodes.FriendJoinedGame), FriendRules.Import(pair)));
        Assert.All([Friends, Blocking, BlockedByThem, BothBlocking], pair => Assert.Equal(new FriendChange(pair, null), FriendRules.Import(pair)));
    }

    [Fact]
    public void No_rule_leaves_a_pair_in_a_state_that_cannot_be()
    {
        Func<FriendPair, FriendChange>[] rules = [FriendRules.Add, FriendRules.Delete, FriendRules.Block, FriendRules.Import];
        Assert.All(rules, rule => Assert.All(All, pair => Assert.Contains(rule(pair).After, All)));
    }

    [Theory]
    [InlineData("{}", "", "{}")]
    [InlineData("{\"a\":1}", "", "{\"a\":1}")]
    [InlineData("{}", "{ \"a\" : 1 }", "{ \"a\" : 1 }")]
    [InlineData("{\"a\":1,\"b\":{\"c\":2}}", "{\"b\":3,\"d\":[1]}", "{\"a\":1,\"b\":3,\"d\":[1]}")]
    [InlineData("{\"a\":1,\"a\":2}", "{\"b\":null}", "{\"a\":2,\"b\":null}")]
    public void Metadata_of_an_invitation_and_of_its_acceptance_become_one(string there, string added, string merged) =>
        Assert.Equal(merged, FriendRules.MergeMetadata(there, added));

    [Theory]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}{}")]
    public void Metadata_is_a_JSON_object(string metadata) => Assert.NotNull(FriendRules.RefuseMetadata(metadata));
}
