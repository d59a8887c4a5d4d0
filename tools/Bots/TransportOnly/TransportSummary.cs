using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace RealtimeServer.Bots.TransportOnly;

/// <summary>The outcome of a run without a game.</summary>
internal sealed record TransportSummary
{
    public required int Connections { get; init; }

    /// <summary>Connections that came to be.</summary>
    public required int Connected { get; init; }

    public required int RatePerConnection { get; init; }

    public required int MessageBytes { get; init; }

    public required string Delivery { get; init; }

    public required double Seconds { get; init; }

    public required long MessagesSent { get; init; }

    /// <summary>Messages the transport would not take.</summary>
    public required long MessagesRefused { get; init; }

    public required long EchoesReceived { get; init; }

    /// <summary>The share of messages whose echo did not come, 0 to 1. Not an error of sequenced methods, which drop what is old.</summary>
    public required double EchoesMissing { get; init; }

    /// <summary>From handing a message over to hearing its echo.</summary>
    public required Percentiles RttMs { get; init; }

    public required double RttMsMax { get; init; }

    /// <summary>Reliable packets of the bots sent again, as lost or as a precaution.</summary>
    public required long Resends { get; init; }

    /// <summary>UDP payload of the bots.</summary>
    public required long BytesSent { get; init; }

    public required long BytesReceived { get; init; }

    public required long DatagramsSent { get; init; }

    public required long DatagramsReceived { get; init; }

    /// <summary>Of the echo server's process while messages were sent, per message received and sent back; null if it is not ours.</summary>
    public double? ServerCpuMicrosecondsPerMessage { get; init; }

    /// <summary>The same as a share of one core.</summary>
    public double? ServerCpuPercent { get; init; }

    public double BotsCpuPercent { get; init; }

    public required int Disconnects { get; init; }

    /// <summary>Why and how often connections ended before they should.</summary>
    public required IReadOnlyList<string> DisconnectReasons { get; init; }

    /// <summary>What the simulated network did; null without one.</summary>
    public NetworkSummary? Network { get; init; }

    [JsonIgnore]
    public bool Succeeded => Connected == Connections && Disconnects == 0;

    public string ToJson() => JsonSerializer.Serialize(this, TransportSummaryJson.Default.TransportSummary);

    public void Print()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("measure").AddColumn(new TableColumn("value").RightAligned());
        Row("connections", $"{Connected} of {Connections}");
        Row("messages", $"{RatePerConnection}/s x {MessageBytes} B, {Delivery}, {Seconds:0.0} s");
        Row("sent, refused", $"{MessagesSent}, {MessagesRefused}");
        Row("echoes, missing", $"{EchoesReceived}, {EchoesMissing:0.00%}");
        Row("round trip p50, p99, max (ms)", $"{RttMs.P50:0.0}, {RttMs.P99:0.0}, {RttMsMax:0.0}");
        Row("resends", $"{Resends}");
        Row("bytes sent, received", $"{BytesSent}, {BytesReceived}");
        Row("datagrams sent, received", $"{DatagramsSent}, {DatagramsReceived}");
        if (ServerCpuMicrosecondsPerMessage is { } cpu)
        {
            Row("server CPU a message, of a core", $"{cpu:0.00} us, {ServerCpuPercent:0.0} %");
        }

        Row("bots' CPU of a core", $"{BotsCpuPercent:0.0} %");
        Row("disconnects", $"{Disconnects} {string.Join("; ", DisconnectReasons)}");
        if (Network is { } network)
        {
            Row("network", $"{network.Conditions}");
            Row("datagrams up", $"{network.Up}");
            Row("datagrams down", $"{network.Down}");
        }

        AnsiConsole.Write(table);

        void Row(string name, FormattableString value) => table.AddRow(Markup.Escape(name), Markup.Escape(value.ToString(CultureInfo.InvariantCulture)));
    }
}

[JsonSerializable(typeof(TransportSummary))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class TransportSummaryJson : JsonSerializerContext;
