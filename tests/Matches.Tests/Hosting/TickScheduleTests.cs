using RealtimeServer.Foundation;

namespace RealtimeServer.Matches.Hosting;

public sealed class TickScheduleTests
{
    private const int SecondsADay = 86_400;

    [Theory]
    [InlineData(30, 1_000_000_000)]
    [InlineData(128, 1_000_000_000)]
    [InlineData(128, 10_000_000)]
    [InlineData(7, 3_579_545)]
    public void A_day_of_ticks_drifts_by_nothing_however_late_each_begins(int rateHz, long frequency)
    {
        const long start = 12_345;
        TickSchedule schedule = new(start, frequency, rateHz, catchUpTicksMax: 8);
        DeterministicRandom random = new(7);
        long late = 0;
        for (long tick = 0; tick < (long)SecondsADay * rateHz; tick++)
        {
            // A few microseconds to half a period.
            late = (long)(random.NextUInt() % (uint)(frequency / rateHz / 2));
            TickTiming timing = schedule.Begin(schedule.Due + late);
            if (timing.Late != late || timing.Slipped != 0)
            {
                Assert.Fail($"tick {tick}: {timing}, expected late {late}");
            }
        }

        Assert.Equal(start + (SecondsADay * frequency), schedule.Due);
    }

    [Fact]
    public void Ticks_after_a_pause_are_caught_up_at_once()
    {
        TickSchedule schedule = new(0, 1_000, 10, catchUpTicksMax: 4);
        Assert.Equal(0, schedule.Begin(0).Late);
        TickTiming[] timings = [schedule.Begin(430), schedule.Begin(431), schedule.Begin(432), schedule.Begin(433)];
        Assert.Equal([330, 231, 132, 33], timings.Select(static t => t.Late));
        Assert.All(timings, static t => Assert.Equal(0, t.Slipped));
        Assert.Equal(500, schedule.Due);
    }

    [Fact]
    public void Ticks_beyond_the_limit_slip_and_are_counted()
    {
        TickSchedule schedule = new(0, 1_000, 10, catchUpTicksMax: 4);
        schedule.Begin(0);

        // Due at 100, 200 … 2000: twenty, of which the last four are run.
        TickTiming first = schedule.Begin(2_050);
        Assert.Equal(16, first.Slipped);
        Assert.Equal(350, first.Late);
        Assert.Equal(1_800, schedule.Due);
        Assert.Equal(0, schedule.Begin(2_051).Slipped);
        schedule.Begin(2_052);
        Assert.Equal(53, schedule.Begin(2_053).Late);
        Assert.Equal(2_100, schedule.Due);
    }

    [Fact]
    public void A_tick_due_within_the_rounding_of_one_unit_counts_as_due()
    {
        // Due at 0, 3, 6, 10: at 6 exactly the tick of 6 is due though 6 * 3 / 10 rounds down to 1.
        TickSchedule schedule = new(0, 10, 3, catchUpTicksMax: 1);
        schedule.Begin(0);
        Assert.Equal(1, schedule.Begin(6).Slipped);
        Assert.Equal(10, schedule.Due);
    }

    [Fact]
    public void Jitter_is_the_distance_between_starts_less_a_period()
    {
        TickSchedule schedule = new(0, 1_000, 10, catchUpTicksMax: 4);
        Assert.Equal(0, schedule.Begin(40).Jitter);
        Assert.Equal(40, schedule.Begin(100).Jitter);
        Assert.Equal(25, schedule.Begin(225).Jitter);
    }

    [Fact]
    public void A_tick_does_not_begin_before_it_is_due()
    {
        TickSchedule schedule = new(100, 1_000, 10, catchUpTicksMax: 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => schedule.Begin(99));
    }
}
