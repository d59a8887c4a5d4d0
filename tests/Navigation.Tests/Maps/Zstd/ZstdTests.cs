using System.Diagnostics;
using System.Text;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Zstd;

/// <summary>Frames in the folder beside this file were packed with the zstd tool, version 1.5.4; what they hold is made here again.</summary>
public sealed class ZstdTests
{
    [Theory]
    [InlineData("noise-1")]
    [InlineData("noise-19")]
    [InlineData("text-1")]
    [InlineData("text-19")]
    [InlineData("text-streamed")]
    [InlineData("text-unchecked")]
    [InlineData("tiles-1")]
    [InlineData("tiles-19")]
    [InlineData("tiles-fast")]
    [InlineData("zeros-1")]
    [InlineData("zeros-19")]
    public void A_frame_unpacks_to_what_was_packed(string name)
    {
        byte[] expected = Content(name.Split('-')[0]);
        byte[] output = new byte[expected.Length];
        Assert.Equal(expected.Length, ZstdDecoder.Decode(Frame(name), output));
        Assert.Equal(expected, output);
        Assert.Equal(-1, ZstdDecoder.Decode(Frame(name), new byte[expected.Length - 1]));
        byte[] larger = new byte[expected.Length + 9];
        Assert.Equal(expected.Length, ZstdDecoder.Decode(Frame(name), larger));
    }

    [Fact]
    public void Frames_follow_each_other_and_skippable_ones_are_skipped()
    {
        byte[] text = Content("text");
        byte[] noise = Content("noise");
        byte[] skipped = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        byte[] output = new byte[text.Length + noise.Length];
        Assert.Equal(output.Length, ZstdDecoder.Decode([.. Frame("text-1"), .. skipped, .. Frame("noise-1")], output));
        Assert.Equal([.. text, .. noise], output);
        Assert.Equal(0, ZstdDecoder.Decode([], output));
        Assert.Equal(0, ZstdDecoder.Decode(skipped, output));
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3, 4 }, "no Zstandard frame begins")]
    [InlineData(new byte[] { 0x28, 0xB5, 0x2F, 0xFD }, "ends too early")]
    [InlineData(new byte[] { 0x28, 0xB5, 0x2F, 0xFD, 0x28, 0 }, "reserved")]
    [InlineData(new byte[] { 0x28, 0xB5, 0x2F, 0xFD, 0x21, 7, 0, 1, 0, 0 }, "dictionary")]
    [InlineData(new byte[] { 0x28, 0xB5, 0x2F, 0xFD, 0x20, 5, 1, 0, 0 }, "claims 5 bytes and has 0")]
    [InlineData(new byte[] { 0x28, 0xB5, 0x2F, 0xFD, 0x20, 5, 7, 0, 0 }, "kind that is reserved")]
    [InlineData(new byte[] { 0x50, 0x2A, 0x4D, 0x18, 9, 0, 0, 0, 1 }, "ends beyond the input")]
    public void What_is_no_frame_is_refused(byte[] input, string reason)
    {
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => ZstdDecoder.Decode(input, new byte[100]));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_byte_of_checked_content_is_found()
    {
        byte[] frame = Frame("noise-1");
        frame[300] ^= 1;
        Assert.Contains("checksum", Assert.Throws<InvalidDataException>(() => ZstdDecoder.Decode(frame, new byte[700])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text-1", 2000)]
    [InlineData("text-19", 2000)]
    [InlineData("tiles-19", 1000)]
    [InlineData("zeros-1", 2000)]
    public void Mutated_frames_unpack_or_are_refused(string name, int rounds)
    {
        byte[] original = Frame(name);
        byte[] output = new byte[100_000];
        DeterministicRandom random = new(0x257D, (ulong)name.Length);
        int refused = 0;
        rounds = Fuzzing.Rounds(rounds);
        for (int round = 0; round < rounds; round++)
        {
            byte[] mutated = Fuzzing.Mutate(original, ref random);
            try
            {
                ZstdDecoder.Decode(mutated, output);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.True(refused > rounds / 10, $"{refused} of {rounds} refused: the mutations are too tame");
    }

    [Fact]
    public void Every_beginning_of_a_frame_is_refused()
    {
        byte[] frame = Frame("text-19");
        for (int length = 1; length < frame.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => ZstdDecoder.Decode(frame.AsSpan(0, length), new byte[100_000]));
        }
    }

    [Fact]
    public void What_the_tool_packs_here_is_unpacked()
    {
        DeterministicRandom random = new(99);
        foreach (int size in (int[])[0, 1, 5, 100, 1000, 20_000, 140_000, 700_000])
        {
            foreach (string level in (string[])["-1", "-3", "-7", "-12", "-19", "--ultra -22", "--fast=3", "-3 --long"])
            {
                byte[] content = Mixture(size, ref random);
                if (TryPack(content, level) is not { } packed)
                {
                    return; // there is no such tool on this machine: the frames kept beside this file still hold
                }

                byte[] output = new byte[size];
                Assert.Equal(size, ZstdDecoder.Decode(packed, output));
                Assert.Equal(content, output);
            }
        }
    }

    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    public void The_hash_is_the_known_one(string text, ulong hash) => Assert.Equal(hash, XxHash64.Of(Encoding.ASCII.GetBytes(text)));

    internal static byte[] Frame(string name) => File.ReadAllBytes(Path.Combine(TestData.Folder("Maps/Zstd/frames"), name + ".zst"));

    private static byte[] Content(string name)
    {
        switch (name)
        {
            case "zeros":
                return new byte[300_000];
            case "text":
                return Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 400).Select(i => $"line {i} of a text that repeats, with {i * i % 97} in it\n")));
            case "noise":
                Sequence noise = new(7);
                return [.. Enumerable.Range(0, 700).Select(_ => (byte)noise.Next())];
            default:
                return Tiles();
        }
    }

    private static byte[] Tiles()
    {
        Sequence sequence = new(42);
        uint[] tiles = new uint[20_000];
        Array.Fill(tiles, 1u);
        for (int i = 0; i < tiles.Length;)
        {
            int run = (int)(sequence.Next() % 9);
            tiles.AsSpan(i, Math.Min(run, tiles.Length - i)).Fill(1 + (sequence.Next() % 300));
            i += run + 1;
        }

        return [.. tiles.SelectMany(BitConverter.GetBytes)];
    }

    private static byte[] Mixture(int size, ref DeterministicRandom random)
    {
        byte[] content = new byte[size];
        for (int i = 0; i < size;)
        {
            int length = Math.Min(random.Next(1, 400), size - i);
            switch (random.Next(4))
            {
                case 0:
                    content.AsSpan(i, length).Fill((byte)random.Next(256));
                    break;
                case 1 when i > 0:
                    int from = random.Next(i);
                    length = Math.Min(length, i - from);
                    content.AsSpan(from, length).CopyTo(content.AsSpan(i));
                    break;
                default:
                    for (int k = 0; k < length; k++)
                    {
                        content[i + k] = (byte)(random.Next(16) * random.Next(16));
                    }

                    break;
            }

            i += length;
        }

        return content;
    }

    private static byte[]? TryPack(byte[] content, string level)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, content);
            ProcessStartInfo start = new("zstd", $"-q -c {level} {file}") { RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            using MemoryStream packed = new();
            process.StandardOutput.BaseStream.CopyTo(packed);
            process.WaitForExit();
            return process.ExitCode == 0 ? packed.ToArray() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A linear congruence that any language repeats.</summary>
    private sealed class Sequence(uint state)
    {
        private uint _state = state;

        public uint Next()
        {
            _state = ((_state * 1103515245) + 12345) & 0x7FFFFFFF;
            return _state >> 8;
        }
    }
}
