using static RealtimeServer.Services.Groups.GroupState;

namespace RealtimeServer.Services.Groups;

public sealed class GroupRulesTests
{
    private static readonly GroupState?[] All = [null, Superadmin, Admin, Member, JoinRequest, Banned];

    [Theory]
    [InlineData(null, true, Member)]
    [InlineData(null, false, JoinRequest)]
    [InlineData(JoinRequest, true, Member)]
    [InlineData(JoinRequest, false, JoinRequest)]
    [InlineData(Banned, true, Banned)]
    [InlineData(Superadmin, true, Superadmin)]
    [InlineData(Member, false, Member)]
    public void Joining(GroupState? before, bool open, GroupState after) => Assert.Equal(after, GroupRules.Join(before, open));

    [Fact]
    public void Adding_accepts_and_takes_in_but_lifts_no_ban() =>
        Assert.Equal([Member, Superadmin, Admin, Member, Member, Banned], All.Select(GroupRules.Add));

    [Fact]
    public void Superadmins_put_out_anyone_admins_only_those_below_them()
    {
        Assert.Equal([null, null, null, null, null, null], All.Select(s => GroupRules.Kick(Superadmin, s)));
        Assert.Equal([null, Superadmin, Admin, null, null, null], All.Select(s => GroupRules.Kick(Admin, s)));
        Assert.Equal([Banned, Banned, Banned, Banned, Banned, Banned], All.Select(s => GroupRules.Ban(Superadmin, s)));
        Assert.Equal([Banned, Superadmin, Admin, Banned, Banned, Banned], All.Select(s => GroupRules.Ban(Admin, s)));
    }

    [Fact]
    public void Nobody_is_promoted_beyond_who_promotes_them()
    {
        Assert.Equal([null, Superadmin, Superadmin, Admin, JoinRequest, Banned], All.Select(s => GroupRules.Promote(Superadmin, s)));
        Assert.Equal([null, Superadmin, Admin, Admin, JoinRequest, Banned], All.Select(s => GroupRules.Promote(Admin, s)));
    }

    [Fact]
    public void Nobody_is_demoted_by_those_below_them()
    {
        Assert.Equal([null, Admin, Member, Member, JoinRequest, Banned], All.Select(s => GroupRules.Demote(Superadmin, s)));
        Assert.Equal([null, Superadmin, Member, Member, JoinRequest, Banned], All.Select(s => GroupRules.Demote(Admin, s)));
    }

    [Theory]
    [InlineData("guild%", "guild", "guild\U0010FFFF", "guild%")]
    [InlineData("% Guild", "guild", "guild", "guild")]
    [InlineData("a%b%", "a", "a\U0010FFFF", "a%b%")]
    [InlineData(@"my_g\%", @"my_g\", "my_g\\\U0010FFFF", @"my\_g\\%")]
    public void A_name_pattern_is_a_range_and_a_like(string name, string from, string to, string pattern) =>
        Assert.Equal((from, to, pattern), GroupRules.Search(name));

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData(" %% ")]
    public void A_pattern_that_says_nothing_finds_any_name(string name) => Assert.Null(GroupRules.Search(name));

    [Theory]
    [InlineData("", "Group name must be set.")]
    [InlineData("  ", "Group name must be set.")]
    [InlineData("a\tb", "Group name must be at most 255 bytes, without control characters.")]
    public void A_name_is_seen(string name, string refusal) => Assert.Equal(refusal, GroupRules.RefuseName(name));
}
