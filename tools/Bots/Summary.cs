using System.Text.Json;
using System.Text.Json.Serialization;
using RealtimeServer.Transport.Simulator;

namespace RealtimeServer.Bots;

internal sealed record Percentiles(double P50, double P99)
{
    public static Percentiles Of(Samples samples) => new(Math.Round(samples.Percentile(0.5), 3), Math.Round(samples.Percentile(0.99), 3));
}

internal sealed record TickPercentiles(double P50, double P99, double Max);

/// <summary>The simulated network of a run and what it did to the datagrams of all connections together.</summary>
internal sealed record NetworkSummary(string Conditions, NetworkCounts Up, NetworkCounts Down)
{
    public static NetworkSummary Of(NetworkProfile profile, IEnumerable<LinkCounts> links)
    {
        NetworkCounts up = default;
        NetworkCounts down = default;
        foreach (LinkCounts link in links)
        {
            up += link.Up;
            down += link.Down;
        }

        return new NetworkSummary(profile.ToString(), up, down);
    }
}

/// <summary>
/// The outcome of a run. Rates are per client over the time it received snapshots; tick durations and jitter are the server's own
/// measurements, carried in the header of each snapshot.
/// </summary>
internal sealed record Summary
{
    public required int Matches { get; init; }

    /// <summary>Matches that ran to their result.</summary>
    public required int MatchesFinished { get; init; }

    public required int Connections { get; init; }

    /// <summary>Mean over all clients.</summary>
    public required double SnapshotsPerSecond { get; init; }

    /// <summary>The worst served client.</summary>
    public required double SnapshotsPerSecondMin { get; init; }

    /// <summary>The best served client.</summary>
    public required double SnapshotsPerSecondMax { get; init; }

    /// <summary>Round trip of a ping through the reliable channel and the server's dispatcher.</summary>
    public required Percentiles RttMs { get; init; }

    /// <summary>From sending an input to receiving the first snapshot that contains its effect.</summary>
    public required Percentiles InputToSnapshotMs { get; init; }

    /// <summary>Received UDP payload.</summary>
    public required double BytesPerSecondPerClient { get; init; }

    public required TickPercentiles TickMs { get; init; }

    /// <summary>99th percentile of how far the time between two ticks is off the period.</summary>
    public required double TickJitterMsP99 { get; init; }

    public required int InputsSent { get; init; }

    public required int InputsRefused { get; init; }

    public required int Disconnects { get; init; }

    public required int Errors { get; init; }

    /// <summary>The first few errors, in words.</summary>
    public required IReadOnlyList<string> ErrorTexts { get; init; }

    /// <summary>What the simulated network did; null without one.</summary>
    public NetworkSummary? Network { get; init; }

    [JsonIgnore]
    public bool Succeeded => Errors == 0 && Disconnects == 0;

    public string ToJson() => JsonSerializer.Serialize(this, SummaryJson.Default.Summary);
}

[JsonSerializable(typeof(Summary))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class SummaryJson : JsonSerializerContext;
