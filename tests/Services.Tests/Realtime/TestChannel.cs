using System.Text.Encodings.Web;
using System.Text.Json;
using RealtimeServer.Matches;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Services.Realtime;

/// <summary>A socket that keeps what it was given, as compact JSON.</summary>
internal sealed class TestChannel : ISessionChannel
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<string> _sent = [];

    public bool Full { get; set; }

    public string? ClosedFor { get; private set; }

    public int SnapshotBytes { get; private set; }

    /// <summary>What was sent since the last call.</summary>
    public string[] Take()
    {
        lock (_sent)
        {
            string[] taken = [.. _sent];
            _sent.Clear();
            return taken;
        }
    }

    public bool Send(Envelope envelope)
    {
        if (Full)
        {
            return false;
        }
        using JsonDocument json = JsonDocument.Parse(ContractJson.Write(envelope));
        lock (_sent)
        {
            _sent.Add(JsonSerializer.Serialize(json.RootElement, Readable));
        }
        return true;
    }

    public bool SendSnapshot(MatchId match, ReadOnlySpan<byte> part)
    {
        SnapshotBytes += part.Length;
        return true;
    }

    public void Close(string reason) => ClosedFor ??= reason;
}
