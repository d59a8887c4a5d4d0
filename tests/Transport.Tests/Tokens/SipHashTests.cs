namespace RealtimeServer.Transport.Tokens;

public sealed class SipHashTests
{
    /// <summary>Key 00 01 .. 0F and data 00 01 .. of so many bytes: the authors' own vectors, the one of 15 bytes from the paper.</summary>
    [Theory]
    [InlineData(0, 0x726f_db47_dd0e_0e31)]
    [InlineData(1, 0x74f8_39c5_93dc_67fd)]
    [InlineData(8, 0x93f5_f579_9a93_2462)]
    [InlineData(15, 0xa129_ca61_49be_45e5)]
    public void The_published_vectors_come_out(int bytes, ulong hash)
    {
        byte[] count = [.. Enumerable.Range(0, SipHash.KeyBytes).Select(i => (byte)i)];
        Assert.Equal(hash, new SipHash(count).Hash(count.AsSpan(0, bytes)));
    }
}
