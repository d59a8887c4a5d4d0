namespace RealtimeServer.Protocol;

public sealed class SnapshotFrameTests
{
    [Fact]
    public void A_frame_is_kind_key_and_part()
    {
        byte[] frame = new byte[8];
        Assert.Equal(8, SnapshotFrame.Write(0x04030201, [9, 8, 7], frame));
        Assert.Equal([1, 1, 2, 3, 4, 9, 8, 7], frame);
        Assert.True(SnapshotFrame.TryRead(frame, out uint key, out ReadOnlySpan<byte> part));
        Assert.Equal(0x04030201u, key);
        Assert.Equal([9, 8, 7], part.ToArray());
    }

    [Fact]
    public void A_frame_that_does_not_fit_is_not_written() => Assert.Equal(0, SnapshotFrame.Write(1, [1, 2, 3], new byte[7]));

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 2, 3, 4 })]
    [InlineData(new byte[] { 2, 1, 1, 1, 1, 1 })]
    [InlineData(new byte[] { 0, 1, 1, 1, 1, 1 })]
    public void Other_bytes_are_no_frame(byte[] bytes) => Assert.False(SnapshotFrame.TryRead(bytes, out _, out _));

    [Fact]
    public void Frames_cost_no_memory()
    {
        byte[] part = new byte[900];
        byte[] frame = new byte[1000];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            int length = SnapshotFrame.Write((uint)i, part, frame);
            SnapshotFrame.TryRead(frame.AsSpan(0, length), out _, out _);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
