using RealtimeServer.Foundation;

namespace RealtimeServer.Transport.Simulator;

public sealed class NetworkConditionsTests
{
    [Fact]
    public void Words_in_any_order_become_conditions()
    {
        var expected = new NetworkConditions
        {
            LatencyMilliseconds = 100,
            JitterMilliseconds = 20,
            Loss = 0.02,
            BurstLoss = 0.05,
            BurstLength = 20,
            Duplication = 0.01,
            Reordering = 0.03,
            Corruption = 0.001,
            BitsPerSecond = 256_000,
            QueueBytes = 32 * 1024,
            MtuBytes = 1200,
        };
        Assert.Equal(expected, NetworkConditions.Parse("100ms±20 2% burst 5%x20 dup 1% reorder 3% corrupt 0.1% 256kbit queue 32kB mtu 1200"));
        Assert.Equal(expected, NetworkConditions.Parse("mtu 1200  QUEUE 32kb 256Kbit CORRUPT 0.1% reorder 3% dup 1% burst 5%X20 2% 100ms+-20ms"));
        Assert.Equal(expected, NetworkConditions.Parse(expected.ToString()));
    }

    [Theory]
    [InlineData("perfect")]
    [InlineData("0.5ms")]
    [InlineData("100ms 100%")]
    [InlineData("1.5mbit queue 4kB")]
    [InlineData("0ms±7")]
    public void Text_survives_the_way_there_and_back(string text)
    {
        NetworkConditions conditions = NetworkConditions.Parse(text);
        Assert.Equal(conditions, NetworkConditions.Parse(conditions.ToString()));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("100", "'100'")]
    [InlineData("100ms±", "jitter ''")]
    [InlineData("100ms20", "'100ms20'")]
    [InlineData("-5ms", "latency '-5'")]
    [InlineData("20000ms", "0 to 10000")]
    [InlineData("101%", "0 to 100")]
    [InlineData("1% 2%", "loss: it is given twice")]
    [InlineData("dup", "'dup': a value must follow")]
    [InlineData("dup 3", "percent sign")]
    [InlineData("burst 5%", "burst 5%x20")]
    [InlineData("burst 5%x0", "1 to 1000")]
    [InlineData("mtu 70000", "1 to 65535")]
    [InlineData("nankbit", "bandwidth 'nan'")]
    [InlineData("NaN%", "'NaN'")]
    [InlineData("1e3ms", "'1e3'")]
    public void A_word_that_cannot_be_understood_is_named_with_what_is_allowed(string text, string named)
    {
        FormatException error = Assert.Throws<FormatException>(() => NetworkConditions.Parse(text));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains($"\"{text}\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Directions_may_differ()
    {
        NetworkProfile both = NetworkProfile.Parse("100ms±20 2%");
        Assert.Equal(both.Up, both.Down);
        NetworkProfile apart = NetworkProfile.Parse("down 80ms 5% / up 50ms");
        Assert.Equal(50, apart.Up.LatencyMilliseconds);
        Assert.Equal(0.05, apart.Down.Loss);
        Assert.Equal(apart, NetworkProfile.Parse(apart.ToString()));
        Assert.Equal(NetworkConditions.Perfect, NetworkProfile.Parse("down 5%").Up);
        foreach (string bad in new[] { "up 5% / up 5%", "5% / down 5%", "up 5% / down 5% / up 5%", "up" })
        {
            Assert.Throws<FormatException>(() => NetworkProfile.Parse(bad));
        }
    }

    [Fact]
    public void Garbage_is_refused_in_words_or_read()
    {
        var random = new DeterministicRandom(5);
        const string Letters = "0123456789.%msxkbitdupburstreordercorruptmtuqueue±+-/ ";
        for (int round = 0; round < 20_000; round++)
        {
            char[] text = new char[random.Next(0, 24)];
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = Letters[random.Next(Letters.Length)];
            }

            try
            {
                NetworkConditions read = NetworkConditions.Parse(new string(text));
                Assert.InRange(read.Loss, 0, 1);
            }
            catch (FormatException error)
            {
                Assert.NotEmpty(error.Message);
            }
        }
    }
}
