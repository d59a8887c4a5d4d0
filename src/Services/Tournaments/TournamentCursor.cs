using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace RealtimeServer.Services.Tournaments;

/// <summary>Where a list of tournaments ended. Clients echo its text and look at nothing in it.</summary>
internal readonly record struct TournamentCursor(long StartTime, string Id) : IComparable<TournamentCursor>
{
    private const int HeaderBytes = 8;

    public static bool TryParse(string text, out TournamentCursor cursor)
    {
        cursor = default;
        if (text.Length > Base64Url.GetEncodedLength(HeaderBytes + Limits.LeaderboardIdBytesMax)
            || !Base64Url.IsValid(text, out int length) || length <= HeaderBytes)
        {
            return false;
        }
        byte[] bytes = Base64Url.DecodeFromChars(text);
        cursor = new TournamentCursor(BinaryPrimitives.ReadInt64BigEndian(bytes), Encoding.UTF8.GetString(bytes.AsSpan(HeaderBytes)));
        return true;
    }

    public int CompareTo(TournamentCursor other)
    {
        int order = StartTime.CompareTo(other.StartTime);
        return order != 0 ? order : string.CompareOrdinal(Id, other.Id);
    }

    public override string ToString()
    {
        byte[] bytes = new byte[HeaderBytes + Encoding.UTF8.GetByteCount(Id)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, StartTime);
        Encoding.UTF8.GetBytes(Id, bytes.AsSpan(HeaderBytes));
        return Base64Url.EncodeToString(bytes);
    }
}
