using RealtimeServer.Matches.Harness;

namespace RealtimeServer.Matches.Relayed;

public sealed class RelayedMatchTests : IAsyncLifetime
{
    private readonly VirtualHost _host = new();
    private readonly RecordingMember _alice = new("alice");
    private readonly RecordingMember _bob = new("bob");
    private readonly MatchId _match;

    public RelayedMatchTests()
    {
        _match = _host.Host.CreateRelayed(null).Info!.Id;
    }

    [Fact]
    public void A_name_gives_the_id_nakama_gives_it()
    {
        CreateOutcome outcome = _host.Host.CreateRelayed("camel");
        Assert.Equal("67313b41-30d5-558c-854c-f5c345cc83c1.", outcome.Info!.Id.ToString());
        Assert.Equal(outcome.Info.Id, _host.Host.CreateRelayed("camel").Info!.Id);
        Assert.NotEqual(_match, _host.Host.CreateRelayed("").Info!.Id);
    }

    [Fact]
    public void Everybody_hears_of_a_join_the_joiner_too()
    {
        JoinOutcome first = _host.Join(_match, _alice);
        JoinOutcome second = _host.Join(_match, _bob);
        Assert.Empty(first.Others);
        Assert.Equal([_alice.Presence], second.Others);
        Assert.Equal(2, second.Info!.Size);
        Assert.Equal(["+alice", "+bob"], _alice.News);
        Assert.Equal(["+bob"], _bob.News);
    }

    [Fact]
    public void Those_who_stay_hear_of_a_leave()
    {
        JoinBoth();
        _host.Host.Leave(_match, _bob.Session);
        Assert.Equal(["-bob"], _alice.News);
        Assert.Empty(_bob.News);
    }

    [Fact]
    public void Joining_twice_is_accepted_and_told_to_nobody()
    {
        JoinBoth();
        JoinOutcome again = _host.Join(_match, _bob);
        Assert.True(again.Accepted);
        Assert.Equal([_alice.Presence], again.Others);
        Assert.Equal(2, again.Info.Size);
        Assert.Empty(_alice.News);
    }

    [Fact]
    public void Data_goes_to_everybody_but_its_sender()
    {
        JoinBoth();
        Assert.Equal(SendOutcome.Sent, _host.Host.Send(_match, _bob.Session, 7, "x"u8, null, reliable: false));
        Assert.Equal(["data 7 x from bob unreliable"], _alice.News);
        Assert.Empty(_bob.News);
    }

    [Fact]
    public void Data_goes_to_those_listed_and_to_the_sender_if_listed()
    {
        JoinBoth();
        RecordingMember carol = new("carol");
        _host.Join(_match, carol);
        _alice.Forget();
        _bob.Forget();
        carol.Forget();
        _host.Host.Send(_match, _bob.Session, 1, "hi"u8, [_bob.Presence, carol.Presence, new RecordingMember("stranger").Presence], reliable: true);
        Assert.Empty(_alice.News);
        Assert.Equal(["data 1 hi from bob"], _bob.News);
        Assert.Equal(["data 1 hi from bob"], carol.News);
    }

    [Fact]
    public void Who_is_not_a_member_sends_nothing()
    {
        _host.Join(_match, _alice);
        _alice.Forget();
        Assert.Equal(SendOutcome.NotAMember, _host.Host.Send(_match, _bob.Session, 1, "x"u8, null, reliable: true));
        Assert.Equal(SendOutcome.NotFound, _host.Host.Send(new MatchId(Guid.NewGuid()), _bob.Session, 1, "x"u8, null, reliable: true));
        Assert.Equal(SendOutcome.TooLarge, _host.Host.Send(_match, _alice.Session, 1, new byte[Limits.DataBytesMax + 1], null, reliable: true));
        Assert.Empty(_alice.News);
    }

    [Fact]
    public void The_match_is_gone_when_the_last_has_left()
    {
        JoinBoth();
        Task<MatchEnding> ended = _host.Host.WhenEnded(_match)!;
        _host.Host.Leave(_match, _alice.Session);
        Assert.True(_host.Host.TryGet(_match, out _));
        _host.Host.Leave(_match, _bob.Session);
        Assert.False(_host.Host.TryGet(_match, out _));
        Assert.True(ended.IsCompletedSuccessfully);
        Assert.Equal(JoinStatus.NotFound, _host.Join(_match, _alice).Status);
        Assert.Equal(0, _host.Host.Metrics.MatchCount);
        Assert.Equal(0, _host.Host.Metrics.MemberCount);
    }

    [Fact]
    public void A_match_nobody_joins_is_forgotten()
    {
        _host.Time.Advance(Limits.RelayedEmptySecondsMax + 1);
        _host.Host.CreateRelayed(null);
        Assert.False(_host.Host.TryGet(_match, out _));
    }

    [Fact]
    public void A_match_somebody_joined_is_kept_however_old()
    {
        _host.Join(_match, _alice);
        _host.Time.Advance(Limits.RelayedEmptySecondsMax + 1);
        _host.Host.CreateRelayed(null);
        Assert.True(_host.Host.TryGet(_match, out _));
    }

    [Fact]
    public void A_full_match_rejects_with_a_reason()
    {
        for (int i = 0; i < Limits.MembersMax; i++)
        {
            Assert.True(_host.Join(_match, new RecordingMember("crowd")).Accepted);
        }

        JoinOutcome outcome = _host.Join(_match, _alice);
        Assert.Equal(JoinStatus.Rejected, outcome.Status);
        Assert.Equal("The match is full.", outcome.Reason);
    }

    [Fact]
    public void A_member_that_throws_is_removed_and_the_others_hear_it()
    {
        JoinBoth();
        _bob.Throws = new InvalidOperationException("door broke");
        _host.Host.Send(_match, _alice.Session, 1, "x"u8, null, reliable: true);
        Assert.Equal(["-bob"], _alice.News);
        Assert.Equal([_bob.Presence], _host.Observer.BrokenMembers);
        Assert.True(_host.Host.TryGet(_match, out MatchInfo? info));
        Assert.Equal(1, info.Size);
    }

    [Fact]
    public void A_member_may_leave_from_within_a_call()
    {
        _host.Join(_match, _alice);
        _alice.OnPresence = () => _host.Host.Leave(_match, _alice.Session);
        Assert.True(_host.Join(_match, _bob).Accepted);
        Assert.Contains("-alice", _bob.News);
        Assert.True(_host.Host.TryGet(_match, out MatchInfo? info));
        Assert.Equal(1, info.Size);
    }

    [Fact]
    public async Task Stopping_the_host_closes_the_match()
    {
        JoinBoth();
        await _host.Host.DisposeAsync();
        Assert.Equal(["closed: The server is stopping."], _alice.News);
    }

    [Fact]
    public void Forwarding_allocates_nothing()
    {
        CountingMember[] members = [new(), new(), new()];
        foreach (CountingMember member in members)
        {
            _host.Join(_match, member);
        }

        byte[] data = new byte[200];
        IReadOnlyList<Presence> to = [members[1].Presence];
        long allocated = 0;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                _host.Host.Send(_match, members[0].Presence.SessionId, 1, data, null, reliable: true);
                _host.Host.Send(_match, members[0].Presence.SessionId, 1, data, to, reliable: false);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(600, members[1].DataCount);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    private void JoinBoth()
    {
        _host.Join(_match, _alice);
        _host.Join(_match, _bob);
        _alice.Forget();
        _bob.Forget();
    }
}
