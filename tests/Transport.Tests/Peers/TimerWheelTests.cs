using RealtimeServer.Foundation;

namespace RealtimeServer.Transport.Peers;

public sealed class TimerWheelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Everybody_comes_up_once_never_early_by_more_than_the_horizon_and_late_by_a_tick_at_most(ulong seed)
    {
        var random = new DeterministicRandom(seed);
        var wheel = new TimerWheel();
        var due = new Dictionary<TimerEntry, long>();
        Entry[] entries = [.. Enumerable.Range(0, 500).Select(_ => new Entry())];
        long now = 0;
        int came = 0;
        for (int step = 0; step < 20_000; step++)
        {
            Entry entry = entries[random.Next(entries.Length)];
            if (random.NextBool(0.1f))
            {
                wheel.Cancel(entry);
                due.Remove(entry);
            }
            else if (!due.ContainsKey(entry))
            {
                due[entry] = now + random.Next(random.NextBool(0.2f) ? 20_000_000 : 100_000);
                wheel.Schedule(entry, due[entry]);
            }
            else
            {
                // Sooner moves it, later leaves it where it is: its owner looks when it comes up.
                long at = now + random.Next(50_000);
                wheel.Schedule(entry, at);
                due[entry] = Math.Min(due[entry], at);
            }

            now += random.Next(random.NextBool(0.01f) ? 10_000_000 : 2_000);
            Assert.Equal(due.Count, wheel.Count);
            while (wheel.TryTakeDue(now, out TimerEntry? taken))
            {
                came++;
                if (due[taken] <= now)
                {
                    due.Remove(taken);
                }
                else
                {
                    wheel.Schedule(taken, due[taken]);
                }
            }

            Assert.All(due.Values, at => Assert.True(at > now - 1_024));
            Assert.True(wheel.NextDue > now - 1_024);
            Assert.True(due.Count == 0 || wheel.NextDue <= due.Values.Min() + 1_024);
        }

        Assert.True(came > 5_000);
    }

    [Fact]
    public void An_empty_wheel_has_nothing_due_and_passes_a_year_at_once()
    {
        var wheel = new TimerWheel();
        Assert.Equal(long.MaxValue, wheel.NextDue);
        Assert.False(wheel.TryTakeDue(365L * 24 * 3_600 * 1_000_000, out _));
        var entry = new Entry();
        wheel.Schedule(entry, 0);
        Assert.False(wheel.TryTakeDue(365L * 24 * 3_600 * 1_000_000, out _));
        Assert.True(wheel.TryTakeDue((365L * 24 * 3_600 * 1_000_000) + 1_024, out TimerEntry? taken));
        Assert.Same(entry, taken);
    }

    private sealed class Entry : TimerEntry;
}
