using System.Text;

namespace RealtimeServer.Navigation.Maps.Images;

public sealed class ImageTests
{
    public static TheoryData<int, int, bool> Kinds
    {
        get
        {
            TheoryData<int, int, bool> kinds = [];
            foreach ((int type, int[] depths) in ((int, int[])[])[(0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16])])
            {
                foreach (int depth in depths)
                {
                    kinds.Add(type, depth, false);
                    kinds.Add(type, depth, true);
                }
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_png_is_read(int type, int depth, bool interlaced)
    {
        int samples = type switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        int max = (1 << depth) - 1;
        foreach ((int width, int height) in ((int, int)[])[(1, 1), (3, 2), (9, 11), (17, 5)])
        {
            int Sample(int x, int y, int part) => ((x * 7919) + (y * 104729) + (part * 31)) & max;
            byte[] palette = [.. Enumerable.Range(0, 3 << depth).Select(i => (byte)(i * 5))];
            byte[] png = TestPng.Make(
                width, height, depth, type, interlaced, (x, y) => [.. Enumerable.Range(0, samples).Select(part => Sample(x, y, part))],
                type == 3 ? palette : null, type == 3 ? [0, 128] : null);
            Kept image = Read(png);
            Assert.Equal((width, height), (image.Width, image.Height));
            for (int i = 0; i < width * height; i++)
            {
                (int x, int y) = (i % width, i / width);
                int At(int part) => (int)(Sample(x, y, part) * 65535L / max);
                int index = Sample(x, y, 0);
                Pixel expected = type switch
                {
                    0 => Pixel.Grey((ushort)At(0)),
                    2 => new Pixel((ushort)At(0), (ushort)At(1), (ushort)At(2), 65535),
                    4 => Pixel.Grey((ushort)At(0)) with { Alpha = (ushort)At(1) },
                    6 => new Pixel((ushort)At(0), (ushort)At(1), (ushort)At(2), (ushort)At(3)),
                    _ => new Pixel(
                        (ushort)((byte)(index * 15) * 257), (ushort)((byte)((index * 15) + 5) * 257), (ushort)((byte)((index * 15) + 10) * 257),
                        (ushort)((index == 0 ? 0 : index == 1 ? 128 : 255) * 257)),
                };
                Assert.Equal(expected, image.Pixels[i]);
            }
        }
    }

    [Fact]
    public void One_colour_may_be_transparent()
    {
        byte[] grey = TestPng.Make(2, 1, 8, 0, false, (x, _) => [x * 9], transparency: [0, 9]);
        Assert.Equal([65535, 0], Read(grey).Pixels.Select(pixel => (int)pixel.Alpha));
        byte[] colour = TestPng.Make(2, 1, 8, 2, false, (x, _) => [x, 2, 3], transparency: [0, 1, 0, 2, 0, 3]);
        Assert.Equal([65535, 0], Read(colour).Pixels.Select(pixel => (int)pixel.Alpha));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        byte[] rgb = [.. Enumerable.Range(0, 13 * 7 * 3).Select(i => (byte)(i * i))];
        using MemoryStream file = new();
        PngWriter.Write(file, 13, 7, rgb);
        Assert.Equal(rgb, Read(file.ToArray()).Pixels.SelectMany(pixel => new[] { (byte)(pixel.Red >> 8), (byte)(pixel.Green >> 8), (byte)(pixel.Blue >> 8) }));
        Assert.Throws<ArgumentException>(() => PngWriter.Write(file, 13, 7, rgb.AsSpan(1)));
    }

    [Theory]
    [InlineData("P2\n# made by hand\n3 2\n10\n0 5 10\n10 5 0\n", new[] { 0, 32767, 65535, 65535, 32767, 0 })]
    [InlineData("P1 3 2 010\n1 1 0", new[] { 65535, 0, 65535, 0, 0, 65535 })]
    [InlineData("P5 2 1 255  \u0000", new[] { 8224, 0 })]
    [InlineData("P5 2 1 256\n\u0001\u0000\u0000\u0080", new[] { 65535, 32767 })]
    [InlineData("P4 9 1\n\u0080\u0080", new[] { 0, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 0 })]
    public void Grey_pictures_of_netpbm_are_read(string text, int[] greys) =>
        Assert.Equal(greys, Read(Encoding.Latin1.GetBytes(text)).Pixels.Select(pixel => (int)pixel.Red));

    [Theory]
    [InlineData("P2 0 2 255 1", "0 by 2 pixels")]
    [InlineData("P2 9999 9999 255 1", "9999 by 9999 pixels")]
    [InlineData("P2 2 2 0 1", "greatest value is 0")]
    [InlineData("P2 2 2 70000 1", "greatest value is 70000")]
    [InlineData("P2 2 2 9 1 2 10 3", "column 0, row 1 is 10")]
    [InlineData("P2 2 2 9 1 2 3", "the value of column 1, row 1")]
    [InlineData("P5 2 2 255 ab", "ends within row 1")]
    [InlineData("P1 2 2 0 1 7", "a 0 or 1 is expected")]
    [InlineData("P2 x", "its width")]
    [InlineData("GIF89a", "neither PNG nor PGM")]
    public void Damaged_netpbm_is_refused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<MapException>(() => Read(Encoding.Latin1.GetBytes(text))).Reason, StringComparison.Ordinal);

    [Fact]
    public void Damaged_png_is_refused()
    {
        byte[] good = TestPng.Make(3, 2, 8, 0, false, (x, y) => [x + y]);
        Refuse([.. good[..^12]], "ends within the chunk");
        Refuse([.. good[..20], 9, .. good[21..]], "checksum");
        Refuse(TestPng.Make(3, 2, 8, 0, false, (x, y) => [x + y], filter: 7), "filter 7");
        Refuse(TestPng.Make(3, 2, 8, 3, false, (x, y) => [x + y]), "palette is missing");
        Refuse(TestPng.Make(3, 2, 8, 3, false, (x, y) => [x + y], [1, 2, 3]), "palette does not have");
        Refuse(TestPng.Make(3, 2, 3, 0, false, (x, y) => [x + y]), "does not exist");
        Refuse([.. good[..33], .. TestPng.Chunk("ABCD", [1]), .. good[33..]], "'ABCD', which is not known");
        byte[] header = good[..33];
        Refuse([.. header, .. TestPng.Chunk("IDAT", TestPng.TestZlib(new byte[7])), .. TestPng.Chunk("IEND", [])], "ends within row 1");
        Refuse([.. header, .. TestPng.Chunk("IDAT", TestPng.TestZlib(new byte[9])), .. TestPng.Chunk("IEND", [])], "more data than pixels");
        Refuse([.. header, .. TestPng.Chunk("IDAT", [0x78, 0xBB, 0, 0, 0, 1, 3, 0]), .. TestPng.Chunk("IEND", [])], "cannot be unpacked"); // needs a dictionary
        Refuse([.. header, .. TestPng.Chunk("IDAT", [1, 2, 3]), .. TestPng.Chunk("IEND", [])], "cannot be unpacked");
        Refuse([.. header[..8], .. TestPng.Chunk("IEND", [])], "header is missing");
        Refuse([.. header, .. header[8..], .. good[33..]], "not its only one");
    }

    [Fact]
    public void Data_that_swells_is_not_unpacked()
    {
        byte[] good = TestPng.Make(3, 2, 8, 0, false, (x, y) => [x + y]);
        byte[] bomb = [.. good[..33], .. TestPng.Chunk("IDAT", TestPng.TestZlib(new byte[60_000_000])), .. TestPng.Chunk("IEND", [])];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuse(bomb, "more data than pixels");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    private static void Refuse(byte[] content, string reason) =>
        Assert.Contains(reason, Assert.Throws<MapException>(() => Read(content)).Reason, StringComparison.Ordinal);

    private static Kept Read(byte[] content)
    {
        Kept sink = new();
        MapImage.Read("p", content, ref sink);
        return sink;
    }

    private sealed class Kept : IPixelSink
    {
        public int PixelsMax => Limits.MaskPixelsMax;

        public int Width { get; private set; }

        public int Height { get; private set; }

        public Pixel[] Pixels { get; private set; } = [];

        public void Begin(int width, int height)
        {
            (Width, Height) = (width, height);
            Pixels = new Pixel[width * height];
        }

        public void Set(int x, int y, Pixel pixel) => Pixels[(y * Width) + x] = pixel;
    }
}
