namespace RealtimeServer.Navigation.Maps.Images;

/// <summary>Several pieces of a file, read as one.</summary>
internal sealed class SegmentStream(IReadOnlyList<ArraySegment<byte>> segments) : Stream
{
    private int _segment;
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (_segment < segments.Count && _at == segments[_segment].Count)
        {
            (_segment, _at) = (_segment + 1, 0);
        }

        if (_segment == segments.Count)
        {
            return 0;
        }

        int count = Math.Min(buffer.Length, segments[_segment].Count - _at);
        segments[_segment].AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
