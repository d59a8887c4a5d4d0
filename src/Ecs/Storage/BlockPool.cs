using System.Numerics;

namespace RealtimeServer.Ecs.Storage;

/// <summary>
/// The memory of chunks, shared by all worlds of the process. Blocks are powers of two, so that what one world gives back fits the next. It keeps at most
/// <see cref="Limits.PooledBytesMax"/>; what exceeds that goes to the garbage collector. A block holds what it held before: nobody may read
/// a row that was not written.
/// </summary>
internal static class BlockPool
{
    private static readonly Lock Gate = new();
    private static readonly Stack<byte[]>[] BySize = [.. Enumerable.Range(0, 17).Select(_ => new Stack<byte[]>())];
    private static long _keptBytes;

    /// <summary>What is kept for the next world.</summary>
    public static long KeptBytes => Interlocked.Read(ref _keptBytes);

    /// <summary>The least block size that holds so many bytes.</summary>
    public static int SizeFor(int bytes) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, Limits.BlockBytesMin));

    public static byte[] Rent(int size)
    {
        lock (Gate)
        {
            if (BySize[BitOperations.Log2((uint)size)].TryPop(out byte[]? block))
            {
                _keptBytes -= size;
                return block;
            }
        }

        return GC.AllocateUninitializedArray<byte>(size);
    }

    public static void Return(byte[] block)
    {
        if (block.Length == 0)
        {
            return;
        }

        lock (Gate)
        {
            if (_keptBytes + block.Length <= Limits.PooledBytesMax)
            {
                BySize[BitOperations.Log2((uint)block.Length)].Push(block);
                _keptBytes += block.Length;
            }
        }
    }
}
