namespace RealtimeServer.Ecs;

/// <summary>What a world may grow to. Nothing is allocated ahead.</summary>
public sealed record WorldOptions
{
    /// <summary>Live entities at once, 1 to <see cref="Limits.EntitiesMax"/>.</summary>
    public int EntitiesMax { get; init; } = Limits.EntitiesDefault;

    /// <summary>Component and singleton types, 1 to <see cref="Limits.ComponentTypesMax"/>.</summary>
    public int ComponentTypesMax { get; init; } = Limits.ComponentTypesMax;

    /// <summary>Bytes of a full chunk, 1,024 to <see cref="Limits.ChunkBytesMax"/>; what is not a power of two is rounded down to one.</summary>
    public int ChunkBytes { get; init; } = Limits.ChunkBytesDefault;

    internal int BlockBytes => 1 << System.Numerics.BitOperations.Log2((uint)ChunkBytes);

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(EntitiesMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(EntitiesMax, Limits.EntitiesMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(ComponentTypesMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ComponentTypesMax, Limits.ComponentTypesMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(ChunkBytes, 1024);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ChunkBytes, Limits.ChunkBytesMax);
    }
}
