using System.Buffers.Text;
using System.Text;
using RealtimeServer.Matches;

namespace RealtimeServer.Server.Doors;

/// <summary>
/// A snapshot part as a WebSocket message: the envelope's match_data with op code -2, written by hand into a given buffer. Thirty of
/// them a second go to every socket, and the general encoders would make garbage of each. Tests hold it to what they write.
/// </summary>
internal sealed class SnapshotMessage
{
    // Field numbers and wire types of nakama.realtime.Envelope.match_data, MatchData.match_id, .op_code and .data.
    private const byte EnvelopeMatchData = (14 << 3) | 2;
    private const byte MatchDataMatchId = (1 << 3) | 2;
    private const byte MatchDataOpCode = (3 << 3) | 0;
    private const byte MatchDataData = (4 << 3) | 2;
    private const int VarintBytesMax = 10;

    /// <summary>Room for any part in either form.</summary>
    public const int BytesMax = 512 + (((Matches.Limits.SnapshotPartBytesMax + 2) / 3) * 4);

    private MatchId _match;
    private byte[] _matchUtf8 = [];

    /// <summary>Writes {"match_data":{"match_id":…,"op_code":"-2","data":…}}; returns its length.</summary>
    public int WriteJson(MatchId match, ReadOnlySpan<byte> part, Span<byte> destination)
    {
        int length = Put("{\"match_data\":{\"match_id\":\""u8, destination, 0);
        length = Put(Utf8(match), destination, length);
        length = Put("\",\"op_code\":\"-2\",\"data\":\""u8, destination, length);
        Base64.EncodeToUtf8(part, destination[length..], out _, out int written);
        return Put("\"}}"u8, destination, length + written);
    }

    /// <summary>Writes the protobuf form; returns its length.</summary>
    public int WriteBinary(MatchId match, ReadOnlySpan<byte> part, Span<byte> destination)
    {
        ReadOnlySpan<byte> id = Utf8(match);
        int body = 1 + VarintLength(id.Length) + id.Length + 1 + VarintBytesMax + 1 + VarintLength(part.Length) + part.Length;
        destination[0] = EnvelopeMatchData;
        int length = PutVarint((ulong)body, destination, 1);
        destination[length] = MatchDataMatchId;
        length = PutVarint((ulong)id.Length, destination, length + 1);
        length = Put(id, destination, length);
        destination[length] = MatchDataOpCode;
        length = PutVarint(unchecked((ulong)MatchOpCodes.Snapshot), destination, length + 1);
        destination[length] = MatchDataData;
        length = PutVarint((ulong)part.Length, destination, length + 1);
        return Put(part, destination, length);
    }

    // A socket mostly watches one match.
    private byte[] Utf8(MatchId match)
    {
        if (match != _match)
        {
            (_match, _matchUtf8) = (match, Encoding.ASCII.GetBytes(match.ToString()));
        }
        return _matchUtf8;
    }

    private static int Put(ReadOnlySpan<byte> bytes, Span<byte> destination, int at)
    {
        bytes.CopyTo(destination[at..]);
        return at + bytes.Length;
    }

    private static int PutVarint(ulong value, Span<byte> destination, int at)
    {
        while (value >= 0x80)
        {
            destination[at++] = (byte)(value | 0x80);
            value >>= 7;
        }
        destination[at++] = (byte)value;
        return at;
    }

    private static int VarintLength(int value) => value < 0x80 ? 1 : value < 0x4000 ? 2 : 3;
}
