using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace RealtimeServer.Services.Sessions;

/// <summary>A key that signs tokens, with the header of its tokens: {"alg":"HS256","typ":"JWT","kid":"…"}, as base64url.</summary>
internal sealed class SigningKey
{
    /// <summary>Every header has this length: a key's id has eight characters.</summary>
    public const int HeaderCharacters = 59;

    // {"alg":"HS256","typ":"JWT","kid": and nothing of the id, to the last character that does not depend on it.
    public const string HeaderBegin = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6";

    // {"alg":"HS256","typ":"JWT"}
    public const string PlainHeader = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

    private SigningKey(byte[] secret)
    {
        // A key names itself, so that nobody has to count keys; of its hash's hash nothing can be learned that a signature does not tell.
        string id = Base64Url.EncodeToString(SHA256.HashData(SHA256.HashData(secret)).AsSpan(0, 6));
        Secret = [.. secret];
        Header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"HS256","typ":"JWT","kid":"{{id}}"}"""));
    }

    public byte[] Secret { get; }

    public string Header { get; }

    /// <summary>The key that signs, and behind it the one before, if there is one, which is only verified with.</summary>
    public static SigningKey[] Of(byte[] secret, byte[] oldSecret) =>
        oldSecret.Length == 0 ? [new SigningKey(secret)] : [new SigningKey(secret), new SigningKey(oldSecret)];
}
