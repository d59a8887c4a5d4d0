using System.Text;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>Maps with bytes changed, cut, doubled and swapped for hostile words: they load or are refused, and nothing else.</summary>
public sealed class MapFuzz
{
    private static readonly string[] Words =
    [
        "0", "-1", "2147483648", "4294967295", "1e308", "NaN", "\"\"", "null", "true", "[]", "{}", "<", ">", "&", "&#0;", "&lt;", "\0", "\ufeff", "\\ud800",
        "<data/>", "</map>", "<group>", "infinite=\"1\"", "zstd", "base64", "csv", "../", "999999999999999999999", "--", "<![CDATA[", "]]>", "<!DOCTYPE a>",
    ];

    [Theory]
    [InlineData("lanes.tmj", 700)]
    [InlineData("arena.tmx", 1500)]
    [InlineData("citadel.tmx", 1500)]
    [InlineData("terrain.tsx", 2500)]
    public void Mutated_files_load_or_are_refused(string file, int rounds)
    {
        byte[] original = File.ReadAllBytes(Path.Combine(TestData.MapsFolder, file));
        DeterministicRandom random = new(0xF022, (ulong)file.Length);
        int refused = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] mutated = Mutate(original, ref random);
            refused += Run(file, mutated) ? 0 : 1;
        }

        Assert.True(refused > rounds / 10, $"{refused} of {rounds} refused: the mutations are too tame");
    }

    [Fact]
    public void Every_beginning_of_a_small_map_loads_or_is_refused()
    {
        string map = TiledMapTests.Map(
            "<tileset firstgid=\"1\" tilecount=\"9\"/>" + TiledMapTests.Layer("a", "gzip", [1, 2, 3, 4, 5, 6])
            + "<objectgroup><object id=\"1\" x=\"1\" y=\"2\"><polygon points=\"0,0 1,1 2,0\"/></object></objectgroup>");
        byte[] bytes = Encoding.UTF8.GetBytes(map);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(Run("map.tmx", bytes[..length]));
        }

        Assert.True(Run("map.tmx", bytes));
    }

    /// <summary>True if the map loads, false if it is refused; all other exceptions pass through and fail the test.</summary>
    private static bool Run(string file, byte[] content)
    {
        try
        {
            if (file.EndsWith(".tsx", StringComparison.Ordinal))
            {
                string map = TiledMapTests.Map("<tileset firstgid=\"1\" source=\"terrain.tsx\"/>");
                TiledMap.Parse("map.tmx", Encoding.UTF8.GetBytes(map), _ => content);
            }
            else
            {
                byte[] terrain = File.ReadAllBytes(Path.Combine(TestData.MapsFolder, "terrain.tsx"));
                TiledMap.Parse(file, content, name => name == "terrain.tsx" ? terrain : null);
            }

            return true;
        }
        catch (MapException refusal)
        {
            Assert.NotEmpty(refusal.File);
            Assert.NotEmpty(refusal.Reason);
            return false;
        }
    }

    private static byte[] Mutate(byte[] original, ref DeterministicRandom random)
    {
        List<byte> bytes = [.. original];
        for (int change = random.Next(1, 6); change > 0; change--)
        {
            int at = random.Next(bytes.Count);
            int length = Math.Min(random.Next(1, 60), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when bytes.Count > length:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                    break;
                case 4:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]));
                    break;
                default:
                    ReplaceNumber(bytes, at, ref random);
                    break;
            }
        }

        return [.. bytes];
    }

    private static void ReplaceNumber(List<byte> bytes, int at, ref DeterministicRandom random)
    {
        int start = bytes.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
        if (start >= 0)
        {
            bytes.RemoveAt(start);
            bytes.InsertRange(start, Encoding.UTF8.GetBytes(Words[random.Next(6)]));
        }
    }
}
