using Google.Protobuf.WellKnownTypes;

namespace RealtimeServer.Services.Api;

/// <summary>Times as the database keeps them, microseconds since 1970 UTC, and as answers show them.</summary>
internal static class ApiTime
{
    public static long Microseconds(this TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>In whole seconds, as clients have always been given most times.</summary>
    public static Timestamp WholeSeconds(long microseconds) => new() { Seconds = microseconds / 1_000_000 };
}
