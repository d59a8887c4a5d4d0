namespace RealtimeServer.Transport;

/// <summary>Buffers of one datagram each, for one thread. Keeps what a busy moment needed, up to a bound, and then allocates no more.</summary>
internal sealed class BufferPool
{
    private readonly Stack<byte[]> _free = new();

    public byte[] Rent() => _free.TryPop(out byte[]? buffer) ? buffer : GC.AllocateUninitializedArray<byte>(Limits.ReceiveBytesMax);

    public void Return(byte[] buffer)
    {
        if (_free.Count < Limits.BuffersKeptMax)
        {
            _free.Push(buffer);
        }
    }
}
