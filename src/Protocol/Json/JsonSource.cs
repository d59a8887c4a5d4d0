using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace RealtimeServer.Protocol.Json;

/// <summary>Foreign JSON being read: the reader, what to do with unknown fields, and where a refusal points to.</summary>
internal ref struct JsonSource
{
    /// <summary>Bytes of a value that a refusal quotes.</summary>
    private const int QuotedBytesMax = 64;

    private readonly ReadOnlySpan<byte> _utf8;

    public JsonSource(ReadOnlySpan<byte> utf8, bool ignoreUnknown)
    {
        _utf8 = utf8;
        IgnoreUnknown = ignoreUnknown;
        Reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Limits.JsonDepthMax });
    }

    /// <summary>Stands on the token to read next.</summary>
    public Utf8JsonReader Reader;

    public bool IgnoreUnknown { get; }

    /// <summary>The field whose value is being read, for the text of a refusal.</summary>
    public string Field { get; set; } = "";

    /// <summary>Refuses the current value as one of the wrong kind.</summary>
    [DoesNotReturn]
    public readonly void RefuseValue(string kind) => Refuse($"invalid value for {kind} field {Field}: {Token()}");

    [DoesNotReturn]
    public readonly void RefuseToken() => Refuse($"unexpected token {Token()}");

    /// <summary>Refuses with the place of the current token, line and column from 1.</summary>
    [DoesNotReturn]
    public readonly void Refuse(string reason) => RefuseAt(Reader.TokenStartIndex, reason);

    /// <param name="at">Where a token began, in bytes.</param>
    /// <param name="reason">For the client.</param>
    [DoesNotReturn]
    public readonly void RefuseAt(long at, string reason)
    {
        ReadOnlySpan<byte> before = _utf8[..(int)at];
        int lineStart = before.LastIndexOf((byte)'\n') + 1;
        throw new ContractJsonException($"proto: (line {before.Count((byte)'\n') + 1}:{before.Length - lineStart + 1}): {reason}");
    }

    private readonly string Token()
    {
        ReadOnlySpan<byte> raw = _utf8[(int)Reader.TokenStartIndex..(int)Reader.BytesConsumed];
        return raw.Length <= QuotedBytesMax ? Encoding.UTF8.GetString(raw) : Encoding.UTF8.GetString(raw[..QuotedBytesMax]) + "…";
    }
}

/// <summary>JSON that is no message of the expected kind. Does not leave <see cref="ContractJson"/>.</summary>
internal sealed class ContractJsonException(string message) : Exception(message);
