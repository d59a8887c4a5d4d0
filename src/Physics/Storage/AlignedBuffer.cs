namespace RealtimeServer.Physics.Storage;

/// <summary>Working memory of a step, at a cache line's start and never moved. It grows to the largest world a thread has stepped.</summary>
internal sealed unsafe class AlignedBuffer<T>
    where T : unmanaged
{
    private const int Alignment = 64;

    // Holds the memory that Items points into.
    private byte[] _memory = [];
    private int _capacity;

    public T* Items { get; private set; }

    public void EnsureCapacity(int capacity)
    {
        if (capacity > _capacity)
        {
            capacity = Math.Max(capacity + (capacity / 2), 16);
            _memory = GC.AllocateUninitializedArray<byte>(checked((capacity * sizeof(T)) + Alignment), pinned: true);
            fixed (byte* start = _memory)
            {
                Items = (T*)(((nuint)start + Alignment - 1) & ~(nuint)(Alignment - 1));
            }

            _capacity = capacity;
        }
    }
}
