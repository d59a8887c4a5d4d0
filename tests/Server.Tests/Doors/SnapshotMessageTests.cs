using Google.Protobuf;
using RealtimeServer.Foundation;
using RealtimeServer.Matches;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Server.Doors;

public sealed class SnapshotMessageTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(100)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(Matches.Limits.SnapshotPartBytesMax)]
    public void Both_forms_are_what_the_general_encoders_read(int length)
    {
        DeterministicRandom random = new(7);
        byte[] part = [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(256))];
        byte[] frame = new byte[SnapshotMessage.BytesMax];
        SnapshotMessage message = new();
        foreach (string node in new[] { "n", "node1", new string('x', Matches.Limits.NodeNameLengthMax) })
        {
            MatchId match = new(Guid.NewGuid(), node);
            Assert.True(EnvelopeCodec.TryReadJson(frame.AsSpan(0, message.WriteJson(match, part, frame)), out Envelope? json));
            Assert.True(EnvelopeCodec.TryReadBinary(frame.AsSpan(0, message.WriteBinary(match, part, frame)), out Envelope? binary));
            Envelope expected = new()
            {
                MatchData = new MatchData { MatchId = match.ToString(), OpCode = MatchOpCodes.Snapshot, Data = ByteString.CopyFrom(part) },
            };
            Assert.Equal(expected, json);
            Assert.Equal(expected, binary);
        }
    }

    [Fact]
    public void Writing_allocates_nothing_for_one_match()
    {
        MatchId match = new(Guid.NewGuid(), "node1");
        byte[] part = new byte[500];
        byte[] frame = new byte[SnapshotMessage.BytesMax];
        SnapshotMessage message = new();
        message.WriteJson(match, part, frame);
        message.WriteBinary(match, part, frame);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            message.WriteJson(match, part, frame);
            message.WriteBinary(match, part, frame);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
