namespace RealtimeServer.Foundation;

public sealed class BitPackingTests
{
    [Fact]
    public void Values_come_back_as_they_were_written()
    {
        var random = new DeterministicRandom(seed: 7);
        byte[] buffer = new byte[4096];
        for (int round = 0; round < 500; round++)
        {
            var written = new List<(uint Value, int Bits)>();
            var writer = new BitWriter(buffer);
            int count = random.Next(1, 200);
            for (int i = 0; i < count; i++)
            {
                int bits = random.Next(1, 33);
                uint value = bits == 32 ? random.NextUInt() : random.NextUInt() & ((1u << bits) - 1);
                written.Add((value, bits));
                writer.Write(value, bits);
            }

            int length = writer.Finish();
            Assert.False(writer.Overflowed);
            var reader = new BitReader(buffer.AsSpan(0, length));
            foreach ((uint value, int bits) in written)
            {
                Assert.Equal(value, reader.Read(bits));
            }

            Assert.False(reader.Failed);
            Assert.True(reader.BitsLeft < 8);
        }
    }

    [Fact]
    public void The_first_bit_is_the_lowest_of_the_first_byte()
    {
        byte[] buffer = new byte[2];
        var writer = new BitWriter(buffer);
        writer.Write(true);
        writer.Write(0b101, 3);
        writer.Write(0xFF, 8);
        Assert.Equal(2, writer.Finish());
        Assert.Equal([0b1111_1011, 0b0000_1111], buffer);
    }

    [Theory]
    [InlineData(0u, 1)]
    [InlineData(127u, 1)]
    [InlineData(128u, 2)]
    [InlineData(16_383u, 2)]
    [InlineData(uint.MaxValue, 5)]
    public void Variable_integers_take_a_byte_for_each_seven_bits(uint value, int bytes)
    {
        byte[] buffer = new byte[8];
        var writer = new BitWriter(buffer);
        writer.WriteVariable(value);
        Assert.Equal(bytes, writer.Finish());
        var reader = new BitReader(buffer.AsSpan(0, bytes));
        Assert.Equal(value, reader.ReadVariable());
    }

    [Fact]
    public void A_full_buffer_is_reported_and_nothing_is_written_past_it()
    {
        byte[] memory = new byte[4];
        var writer = new BitWriter(memory.AsSpan(0, 2));
        writer.Write(0xFFFF, 16);
        Assert.False(writer.Overflowed);
        writer.Write(1, 1);
        Assert.True(writer.Overflowed);
        writer.Finish();
        Assert.Equal([0xFF, 0xFF, 0, 0], memory);
    }

    [Fact]
    public void Reading_foreign_bytes_never_throws()
    {
        var random = new DeterministicRandom(seed: 11);
        byte[] bytes = new byte[32];
        for (int round = 0; round < 20_000; round++)
        {
            int length = random.Next(bytes.Length);
            for (int i = 0; i < length; i++)
            {
                bytes[i] = (byte)random.NextUInt();
            }

            var reader = new BitReader(bytes.AsSpan(0, length));
            int bitsAsked = 0;
            while (!reader.Failed)
            {
                int bits = random.Next(1, 33);
                if (random.NextBool(0.3f))
                {
                    reader.ReadVariable();
                    bitsAsked += 8;
                }
                else
                {
                    reader.Read(bits);
                    bitsAsked += bits;
                }
            }

            Assert.True(bitsAsked <= (length * 8) + 40);
            Assert.Equal(0u, reader.Read(5));
        }
    }

    [Fact]
    public void A_variable_integer_of_more_than_32_bits_is_refused()
    {
        var reader = new BitReader([0xFF, 0xFF, 0xFF, 0xFF, 0x7F]);
        Assert.Equal(0u, reader.ReadVariable());
        Assert.True(reader.Failed);
    }
}
