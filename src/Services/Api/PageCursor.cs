using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace RealtimeServer.Services.Api;

/// <summary>
/// Where a page ended: the sort key of its last row. Clients echo its text and look at nothing in it; one that was made up names a
/// place like any other, so it shows nothing that is not the caller's to see.
/// </summary>
/// <param name="Kind">What the listing was filtered by, 0..255, so that the cursor of another one can be refused.</param>
/// <param name="Position">A number rows are ordered by.</param>
/// <param name="Id">What tells rows of the same number apart.</param>
/// <param name="Text">A text rows are ordered by.</param>
internal readonly record struct PageCursor(int Kind, long Position, Guid Id, string Text = "")
{
    private const byte Form = 1;
    private const int HeaderBytes = 26;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool TryParse(string text, [NotNullWhen(true)] out PageCursor? cursor)
    {
        cursor = null;
        bool fits = text.Length <= Base64Url.GetEncodedLength(HeaderBytes + Limits.CursorTextBytesMax);
        if (!fits || !Base64Url.IsValid(text, out int length) || length < HeaderBytes)
        {
            return false;
        }
        byte[] bytes = Base64Url.DecodeFromChars(text);
        if (bytes[0] != Form)
        {
            return false;
        }
        try
        {
            string tail = Strict.GetString(bytes, HeaderBytes, bytes.Length - HeaderBytes);
            cursor = new PageCursor(bytes[1], BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(2)), new Guid(bytes.AsSpan(10, 16), bigEndian: true), tail);
            return !tail.Contains('\0', StringComparison.Ordinal);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    public override string ToString()
    {
        byte[] bytes = new byte[HeaderBytes + Strict.GetByteCount(Text)];
        bytes[0] = Form;
        bytes[1] = (byte)Kind;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(2), Position);
        Id.TryWriteBytes(bytes.AsSpan(10), bigEndian: true, out _);
        Strict.GetBytes(Text, bytes.AsSpan(HeaderBytes));
        return Base64Url.EncodeToString(bytes);
    }
}
