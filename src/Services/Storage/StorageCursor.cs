using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace RealtimeServer.Services.Storage;

/// <summary>Where a page ended. Clients echo its text and look at nothing in it.</summary>
/// <param name="Read">Of one user's objects: those of this permission are being listed.</param>
internal readonly record struct StorageCursor(StorageRead Read, string Key, Guid UserId)
{
    private const byte Form = 1;
    private const int HeaderBytes = 18;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool TryParse(string text, [NotNullWhen(true)] out StorageCursor? cursor)
    {
        cursor = null;
        bool fits = text.Length <= Base64Url.GetEncodedLength(HeaderBytes + Limits.StorageNameBytesMax);
        if (!fits || !Base64Url.IsValid(text, out int length) || length <= HeaderBytes)
        {
            return false;
        }
        byte[] bytes = Base64Url.DecodeFromChars(text);
        if (bytes[0] != Form || bytes[1] > (byte)StorageRead.Everybody)
        {
            return false;
        }
        try
        {
            string key = Strict.GetString(bytes, HeaderBytes, bytes.Length - HeaderBytes);
            cursor = new StorageCursor((StorageRead)bytes[1], key, new Guid(bytes.AsSpan(2, 16), bigEndian: true));
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    public override string ToString()
    {
        byte[] bytes = new byte[HeaderBytes + Strict.GetByteCount(Key)];
        bytes[0] = Form;
        bytes[1] = (byte)Read;
        UserId.TryWriteBytes(bytes.AsSpan(2), bigEndian: true, out _);
        Strict.GetBytes(Key, bytes.AsSpan(HeaderBytes));
        return Base64Url.EncodeToString(bytes);
    }
}
