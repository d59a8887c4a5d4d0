using System.Diagnostics;
using System.Globalization;
using System.Text;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;

namespace RealtimeServer.Navigation;

/// <summary>
/// Changes files the way damage and malice do. The environment variable <c>MAP_FUZZ_ROUNDS</c> says how often each file is changed where the usual few
/// thousand times are not enough, <c>MAP_FUZZ_SEED</c> where the chances begin, and <c>MAP_FUZZ_REPORT</c> a file that gets a line with the slowest and the
/// largest read of each format; beside it the slowest input is kept.
/// </summary>
internal static class Fuzzing
{
    /// <summary>The most that reading one file may take.</summary>
    public const long BytesMax = 256L << 20;

    private static readonly string[] Words =
    [
        "0", "-1", "2147483648", "4294967295", "1e308", "NaN", "\"\"", "null", "true", "[]", "{}", "<", ">", "&", "&#0;", "&lt;", "\0", "\ufeff", "\\ud800",
        "<data/>", "</map>", "<group>", "infinite=\"1\"", "zstd", "base64", "csv", "../", "999999999999999999999", "--", "<![CDATA[", "]]>", "<!DOCTYPE a>",
        "4096", "65536", "hexagonal", "staggered", "<polygon points=\"0,0 9e9,1 -9,5\"/>", "cellsPerTile", "[[[[[[[[", "{\"a\":", "\\", "\r\n", " ", "-0", "1e-40",
    ];

    /// <summary>How often to change a file.</summary>
    public static int Rounds(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("MAP_FUZZ_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int rounds) ? rounds : usual;

    /// <summary>Where the chances begin, mixed with what is tested.</summary>
    public static DeterministicRandom Random(string name)
    {
        ulong.TryParse(Environment.GetEnvironmentVariable("MAP_FUZZ_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed);
        StateHash hash = new(seed);
        hash.Add(Encoding.UTF8.GetBytes(name));
        return new DeterministicRandom(hash.Value);
    }

    /// <summary>
    /// Reads a file again and again, changed each time. It must load or be refused with a <see cref="MapException"/> that says where and why, and take no more memory than
    /// allowed in all: what it ever held cannot be more. Any other exception passes through and fails the test.
    /// </summary>
    /// <param name="name">Decides the chances.</param>
    /// <param name="original">The file.</param>
    /// <param name="usual">How often, unless the environment says otherwise.</param>
    /// <param name="read">Reads it.</param>
    public static void Run(string name, byte[] original, int usual, Action<byte[]> read)
    {
        read(original);
        DeterministicRandom random = Random(name);
        int rounds = Rounds(usual);
        int refused = 0;
        (byte[] Input, TimeSpan Time, long Bytes) worst = (original, TimeSpan.Zero, 0);
        for (int round = 0; round < rounds; round++)
        {
            byte[] mutated = Mutate(original, ref random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            refused += TryRead(mutated, read) ? 0 : 1;
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken < BytesMax, $"Round {round} of {name} took {taken >> 20} MB.");
            worst = (time > worst.Time ? mutated : worst.Input, time > worst.Time ? time : worst.Time, Math.Max(worst.Bytes, taken));
        }

        Report(name, worst, $"{rounds} rounds, {refused} refused");
        Assert.True(refused > rounds / 20, $"{refused} of {rounds} refused: the mutations are too tame");
    }

    private static void Report(string name, (byte[] Input, TimeSpan Time, long Bytes) worst, string what)
    {
        if (Environment.GetEnvironmentVariable("MAP_FUZZ_REPORT") is { Length: > 0 } report)
        {
            string kind = new([.. name.Take(24).Select(c => char.IsLetterOrDigit(c) ? c : '-')]);
            File.WriteAllBytes($"{report}.{kind}", worst.Input);
            File.AppendAllText(report, string.Create(
                CultureInfo.InvariantCulture, $"{kind,-24} {what}; slowest {worst.Time.TotalMilliseconds:F0} ms, largest {worst.Bytes >> 20} MB\n"));
        }
    }

    /// <summary>True if it loads, false if it is refused as it must be.</summary>
    public static bool TryRead(byte[] content, Action<byte[]> read)
    {
        try
        {
            read(content);
            return true;
        }
        catch (MapException refusal)
        {
            Assert.NotEmpty(refusal.File);
            Assert.NotEmpty(refusal.Reason);
            return false;
        }
    }

    /// <summary>The file with bytes changed, cut, doubled, moved, and swapped for hostile words and numbers.</summary>
    public static byte[] Mutate(byte[] original, ref DeterministicRandom random)
    {
        List<byte> bytes = [.. original];
        for (int change = random.Next(1, 6); change > 0 && bytes.Count > 0; change--)
        {
            int at = random.Next(bytes.Count);
            int length = Math.Min(random.Next(1, 60), bytes.Count - at);
            switch (random.Next(8))
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
                case 5 when random.Next(4) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 6:
                    OverwriteWord(bytes, at, ref random);
                    break;
                default:
                    ReplaceNumber(bytes, at, ref random);
                    break;
            }
        }

        return [.. bytes];
    }

    // Numbers of binary files: extremes, and what was there made a little more or less.
    private static void OverwriteWord(List<byte> bytes, int at, ref DeterministicRandom random)
    {
        int width = 1 << random.Next(4);
        ulong value = random.Next(6) switch
        {
            0 => 0,
            1 => ulong.MaxValue,
            2 => 0x7FFFFFFF,
            3 => 0x80000000,
            4 => (ulong)random.Next(1, 1 << 20),
            _ => 1UL << random.Next(64),
        };
        for (int i = 0; i < width && at + i < bytes.Count; i++)
        {
            bytes[at + i] = (byte)(value >> (8 * i));
        }
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
