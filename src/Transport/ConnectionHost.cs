namespace RealtimeServer.Transport;

/// <summary>What all connections of one thread share.</summary>
/// <param name="UtcTicksAtZero">The wall clock at time zero, in ticks of 100 ns; it goes into requests and pongs.</param>
internal sealed record ConnectionHost(BufferPool Pool, ConnectionSettings Settings, long UtcTicksAtZero)
{
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its bounds.</exception>
    public static ConnectionHost Of(ConnectionSettings settings, long utcTicksAtZero) => new(new BufferPool(), settings.Checked(), utcTicksAtZero);
}
