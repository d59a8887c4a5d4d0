using System.Buffers.Binary;
using System.Buffers.Text;
using RealtimeServer.Services.Leaderboards.Ranks;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>Where a page of records ended. Clients echo its text and look at nothing in it.</summary>
/// <param name="Forward">The page behind that place, or the one before it.</param>
/// <param name="Rank">Of the record at that place; 0: not known.</param>
internal readonly record struct RecordCursor(bool Forward, long Board, long Expiry, RankKey Key, Guid Owner, long Rank)
{
    private const byte Form = 1;
    private const int Bytes = 2 + (6 * 8) + 16;

    public static RecordCursor Start(long board, long expiry) =>
        new(true, board, expiry, new RankKey(long.MinValue, long.MinValue, long.MinValue), Guid.Empty, 0);

    public static bool TryParse(string text, out RecordCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text.Length != Base64Url.GetEncodedLength(Bytes) || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, bytes, out int length) || length != Bytes
            || bytes[0] != Form || bytes[1] > 1)
        {
            return false;
        }
        cursor = new RecordCursor(
            bytes[1] == 1,
            Read(bytes, 0),
            Read(bytes, 1),
            new RankKey(Read(bytes, 2), Read(bytes, 3), Read(bytes, 4)),
            new Guid(bytes[50..], bigEndian: true),
            Read(bytes, 5));
        return cursor.Rank >= 0;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        bytes[0] = Form;
        bytes[1] = (byte)(Forward ? 1 : 0);
        Write(bytes, 0, Board);
        Write(bytes, 1, Expiry);
        Write(bytes, 2, Key.Score);
        Write(bytes, 3, Key.Subscore);
        Write(bytes, 4, Key.Sequence);
        Write(bytes, 5, Rank);
        Owner.TryWriteBytes(bytes[50..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    private static long Read(ReadOnlySpan<byte> bytes, int number) => BinaryPrimitives.ReadInt64LittleEndian(bytes[(2 + (number * 8))..]);

    private static void Write(Span<byte> bytes, int number, long value) => BinaryPrimitives.WriteInt64LittleEndian(bytes[(2 + (number * 8))..], value);
}
