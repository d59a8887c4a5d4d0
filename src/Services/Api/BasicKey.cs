using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace RealtimeServer.Services.Api;

/// <summary>A key that callers show as the user of HTTP Basic. Comparing takes the same time however much of it was right.</summary>
internal sealed class BasicKey
{
    private readonly byte[] _hash;
    private readonly string _header;
    private readonly ApiStatus _required;
    private readonly ApiStatus _invalid;

    /// <param name="key">Empty: there is none, and nothing passes for it.</param>
    /// <param name="name">As refusals call it: "Server key".</param>
    public BasicKey(string key, string name)
    {
        IsSet = key.Length > 0;
        _hash = Hash(key);
        _header = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":"));
        _required = new ApiStatus(ApiCode.Unauthenticated, name + " required");
        _invalid = new ApiStatus(ApiCode.Unauthenticated, name + " invalid");
    }

    public bool IsSet { get; }

    /// <summary>Checks a header; false with the refusal.</summary>
    public bool TryHeader(string? authorization, out ApiStatus refusal)
    {
        refusal = ApiStatus.Ok;
        // What clients send, letter for letter. Both are compared to their ends, so the time tells nothing but the length.
        if (IsSet
            && authorization is not null
            && CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(authorization.AsSpan()), MemoryMarshal.AsBytes(_header.AsSpan())))
        {
            return true;
        }
        if (!AuthorizationHeader.TryStrip(authorization, "Basic ", out ReadOnlySpan<char> encoded) || !TryDecodeUser(encoded, out string? key))
        {
            refusal = _required;
            return false;
        }
        return TryKey(key, out refusal);
    }

    /// <summary>Checks the key itself; false with the refusal.</summary>
    public bool TryKey(string key, out ApiStatus refusal)
    {
        // Hashes have one length, so the comparison does not tell how long the key is.
        bool same = IsSet && CryptographicOperations.FixedTimeEquals(Hash(key), _hash);
        refusal = same ? ApiStatus.Ok : _invalid;
        return same;
    }

    private static bool TryDecodeUser(ReadOnlySpan<char> encoded, [NotNullWhen(true)] out string? user)
    {
        user = null;
        Span<byte> bytes = stackalloc byte[Limits.ServerKeyBytesMax + 1];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out int length))
        {
            return false;
        }
        string text = Encoding.UTF8.GetString(bytes[..length]);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        user = colon < 0 ? null : text[..colon];
        return user is not null;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}

/// <summary>The schemes of the header "authorization".</summary>
internal static class AuthorizationHeader
{
    /// <summary>What follows a scheme; false when the header is of another one or says nothing.</summary>
    public static bool TryStrip(string? authorization, string scheme, out ReadOnlySpan<char> rest)
    {
        rest = authorization is not null && authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? authorization.AsSpan(scheme.Length).Trim()
            : default;
        return !rest.IsEmpty;
    }
}
