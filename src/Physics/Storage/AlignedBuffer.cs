namespace RealtimeServer.Physics.Storage;

/// <summary>Working memory of a step, at a cache line's start and never moved. It grows to the largest world a thread has stepped.</summary>
internal sealed unsafe class AlignedBuffer<T>
    where T : unmanaged
{
    private const int Alignment = 64;
    private const int LargeBytes = 1 << 28;

    // Holds the memory that Items points into.
    private byte[] _memory = [];
    private int _capacity;

    public T* Items { get; private set; }

    public void EnsureCapacity(int capacity)
    {
        if (capacity > _capacity)
        {
            // Large ones grow by less, so that the largest still fit an array.
            capacity = Math.Max(capacity + (capacity / ((long)capacity * sizeof(T) < LargeBytes ? 2 : 8)), 16);
            _memory = GC.AllocateUninitializedArray<byte>(checked((capacity * sizeof(T)) + Alignment), pinned: true);
            fixed (byte* start = _memory)
            {
                Items = (T*)(((nuint)start + Alignment - 1) & ~(nuint)(Alignment - 1));
            }

            _capacity = capacity;
        }
    }
}
