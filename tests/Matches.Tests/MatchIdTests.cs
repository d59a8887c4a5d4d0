using System.Globalization;
using RealtimeServer.Foundation;

namespace RealtimeServer.Matches;

public sealed class MatchIdTests
{
    private static readonly Guid Value = new("67313b41-30d5-558c-854c-f5c345cc83c1");

    [Fact]
    public void Relayed_ids_end_in_a_point_and_simulated_ones_in_their_node()
    {
        Assert.Equal("67313b41-30d5-558c-854c-f5c345cc83c1.", new MatchId(Value).ToString());
        Assert.Equal("67313b41-30d5-558c-854c-f5c345cc83c1.node1", new MatchId(Value, "node1").ToString());
    }

    [Theory]
    [InlineData("67313b41-30d5-558c-854c-f5c345cc83c1.")]
    [InlineData("67313b41-30d5-558c-854c-f5c345cc83c1.node1")]
    [InlineData("67313b41-30d5-558c-854c-f5c345cc83c1.a-b_C9")]
    public void What_is_printed_is_read_back(string text)
    {
        Assert.True(MatchId.TryParse(text, out MatchId id));
        Assert.Equal(text, id.ToString());
        Assert.Equal(id, new MatchId(id.Value, id.Node));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nope.node")]
    [InlineData("67313b41-30d5-558c-854c-f5c345cc83c1")]
    [InlineData("67313b41-30d5-558c-854c-f5c345cc83c1.a b")]
    [InlineData("67313b41-30d5-558c-854c-f5c345cc83c1.a.b")]
    [InlineData("67313b4130d5558c854cf5c345cc83c1.node1")]
    [InlineData("67313b41-30d5-558c-854c-f5c345cc83c1.a23456789012345678901234567890123")]
    public void Anything_else_is_refused(string? text)
    {
        Assert.False(MatchId.TryParse(text, out MatchId id));
        Assert.Equal(default, id);
    }

    [Fact]
    public void Random_text_is_read_only_if_it_prints_the_same()
    {
        DeterministicRandom random = new(3);
        int read = 0;
        for (int i = 0; i < 20_000; i++)
        {
            char[] text = "67313b41-30d5-558c-854c-f5c345cc83c1.node1".ToCharArray();
            for (int change = random.Next(3); change > 0; change--)
            {
                text[random.Next(text.Length)] = (char)random.Next(32, 127);
            }

            string candidate = new(text, 0, random.Next(text.Length + 1));
            if (MatchId.TryParse(candidate, out MatchId id))
            {
                read++;
                Assert.Equal(candidate, id.ToString(), ignoreCase: true);
            }
        }

        Assert.InRange(read, 100, 10_000);
    }

    [Fact]
    public void The_key_is_the_first_four_printed_bytes_little_endian()
    {
        Assert.Equal(0x413b3167u, new MatchId(Value).Key);
        Assert.Equal("413B3167", new MatchId(Value, "node1").Key.ToString("X", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Relayed_and_simulated_ids_of_one_uuid_differ()
    {
        Assert.NotEqual(new MatchId(Value), new MatchId(Value, "node1"));
        Assert.Equal(default, new MatchId(Guid.Empty));
    }
}
