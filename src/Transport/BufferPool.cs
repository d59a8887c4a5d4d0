namespace RealtimeServer.Transport;

/// <summary>
/// Buffers for packets, of two sizes, for one thread. Keeps what a busy moment needed, up to a bound, and then allocates no more.
/// </summary>
internal sealed class BufferPool
{
    /// <summary>What most packets of a game fit into.</summary>
    public const int SmallBytes = 256;

    /// <summary>The largest datagram and the few bytes a merged one begins with.</summary>
    public const int LargeBytes = Limits.ReceiveBytesMax + 8;

    private readonly Stack<byte[]> _small = new();
    private readonly Stack<byte[]> _large = new();
    private byte[] _message = [];

    public byte[] Rent(int bytes) =>
        bytes <= SmallBytes
            ? _small.TryPop(out byte[]? small) ? small : GC.AllocateUninitializedArray<byte>(SmallBytes)
            : _large.TryPop(out byte[]? large) ? large : GC.AllocateUninitializedArray<byte>(LargeBytes);

    public void Return(byte[] buffer)
    {
        Stack<byte[]> free = buffer.Length == SmallBytes ? _small : _large;
        if (free.Count < Limits.BuffersKeptMax)
        {
            free.Push(buffer);
        }
    }

    /// <summary>A buffer for one whole message; give it back before the next is needed, or a second one is made.</summary>
    public byte[] RentMessage(int bytes)
    {
        byte[] message = _message;
        _message = [];
        return message.Length >= bytes ? message : GC.AllocateUninitializedArray<byte>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)bytes));
    }

    public void ReturnMessage(byte[] message)
    {
        if (message.Length > _message.Length)
        {
            _message = message;
        }
    }
}
