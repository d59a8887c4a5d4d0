using System.Buffers;
using Google.Protobuf;
using RealtimeServer.Protocol.Api;

namespace RealtimeServer.Protocol;

/// <summary>Foreign bytes are a message or none; the parser's own faults reach nobody.</summary>
public sealed class ContractBinaryTests
{
    [Fact]
    public void Every_byte_of_a_message_may_be_any_other()
    {
        WriteLeaderboardRecordRequest request = new()
        {
            LeaderboardId = "board",
            Record = new() { Score = 5, Subscore = 6, Metadata = "{\"w\":1}" },
        };
        byte[] bytes = request.ToByteArray();
        for (int at = 0; at < bytes.Length; at++)
        {
            byte[] damaged = [.. bytes];
            for (int value = 0; value < 256; value++)
            {
                damaged[at] = (byte)value;
                Read(damaged);
            }
        }
    }

    [Fact]
    public void Lengths_may_be_of_any_size_at_any_place()
    {
        WriteLeaderboardRecordRequest request = new() { LeaderboardId = "b", Record = new() { Score = 5, Metadata = "{}" } };
        byte[] bytes = request.ToByteArray();
        byte[][] lengths =
        [
            [0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0xFE, 0xFF, 0xFF, 0xFF, 0x07], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0xF0, 0xFF, 0xFF, 0xFF, 0x07], [0x7F], [0x80, 0x01],
        ];
        for (int at = 0; at < bytes.Length; at++)
        {
            foreach (byte[] length in lengths)
            {
                Read([.. bytes[..at], .. length, .. bytes[(at + 1)..]]);
            }
        }
    }

    [Fact]
    public void A_message_is_read_in_pieces()
    {
        byte[] bytes = new WriteLeaderboardRecordRequest { LeaderboardId = "board", Record = new() { Score = 5 } }.ToByteArray();
        Assert.True(Read(bytes));
    }

    // What it is read from, and whether it is read, must agree: a whole, and a sequence of two pieces.
    private static bool Read(byte[] bytes)
    {
        bool whole = ContractBinary.TryRead(bytes, WriteLeaderboardRecordRequest.Parser, out WriteLeaderboardRecordRequest? message);
        Piece first = new(bytes.AsMemory(0, bytes.Length / 2), 0);
        Piece last = first.Append(bytes.AsMemory(bytes.Length / 2));
        bool inPieces = ContractBinary.TryRead(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length), WriteLeaderboardRecordRequest.Parser, out IMessage? again);
        Assert.Equal(whole, inPieces);
        Assert.Equal(message, again);
        return whole;
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            Piece next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
