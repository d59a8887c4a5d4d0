using RealtimeServer.Matches;

namespace RealtimeServer.Services.Multiplayer;

public sealed class MatchMembershipTests
{
    private readonly MatchMembership _membership = new();

    [Fact]
    public void A_join_that_is_answered_after_the_session_closed_is_taken_back()
    {
        MatchId early = NewMatch();
        Assert.True(_membership.TryAdd(early));
        Assert.Equal([early], _membership.Close());
        Assert.False(_membership.TryAdd(NewMatch()));
        Assert.Empty(_membership.Close());
    }

    [Fact]
    public void A_match_is_left_once()
    {
        MatchId match = NewMatch();
        _membership.TryAdd(match);
        Assert.True(_membership.Remove(match));
        Assert.False(_membership.Remove(match));
        Assert.Empty(_membership.Close());
    }

    [Fact]
    public void A_match_that_ended_makes_room()
    {
        MatchId[] matches = [.. Enumerable.Range(0, Limits.MatchesPerSessionMax).Select(_ => NewMatch())];
        Assert.All(matches, m => Assert.True(_membership.HasRoom && _membership.TryAdd(m)));
        Assert.False(_membership.HasRoom);
        _membership.Ended(matches[3]);
        Assert.True(_membership.HasRoom);
    }

    [Fact]
    public void Created_matches_count_while_they_run_joined_or_not()
    {
        MatchId[] matches = [NewMatch(), NewMatch(), NewMatch()];
        Assert.All(matches, _membership.AddCreated);
        Assert.Equal(3, _membership.CountCreated(_ => true));
        _membership.Remove(matches[0]);
        Assert.Equal(3, _membership.CountCreated(_ => true));
        _membership.Ended(matches[0]);
        Assert.Equal(2, _membership.CountCreated(_ => true));
        Assert.Equal(1, _membership.CountCreated(m => m == matches[1]));
        Assert.Equal(1, _membership.CountCreated(_ => true));
    }

    [Fact]
    public async Task Joins_and_a_close_at_once_leave_no_match_behind()
    {
        for (int round = 0; round < 200; round++)
        {
            MatchMembership membership = new();
            MatchId[] matches = [.. Enumerable.Range(0, 8).Select(_ => NewMatch())];
            using Barrier barrier = new(2);
            Task<bool[]> joins = Task.Run(() =>
            {
                barrier.SignalAndWait();
                return matches.Select(membership.TryAdd).ToArray();
            });
            Task<MatchId[]> close = Task.Run(() =>
            {
                barrier.SignalAndWait();
                return membership.Close();
            });
            bool[] noted = await joins;
            // What was noted before the close is what the close gave back to leave; the rest the joiner takes back itself.
            Assert.Equal(matches.Where((_, i) => noted[i]).ToHashSet(), (await close).ToHashSet());
        }
    }

    private static MatchId NewMatch() => new(Guid.NewGuid(), "node1");
}
