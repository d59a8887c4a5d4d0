using System.Buffers.Text;
using System.Text.Json;

namespace RealtimeServer.Client;

/// <summary>
/// What a successful sign-in gives: the token that opens the API and both sockets, and what can be read in it.
/// The token is signed by the server; a client reads it and cannot change it.
/// </summary>
public sealed class ClientSession
{
    private ClientSession(string token, string refreshToken, bool created, Guid userId, string username, DateTimeOffset expires)
    {
        Token = token;
        RefreshToken = refreshToken;
        Created = created;
        UserId = userId;
        Username = username;
        Expires = expires;
    }

    public string Token { get; }

    public string RefreshToken { get; }

    /// <summary>Whether this sign-in made the account.</summary>
    public bool Created { get; }

    public Guid UserId { get; }

    public string Username { get; }

    /// <summary>From then on the token is refused.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>Reads the claims of a token the server gave out.</summary>
    /// <exception cref="ClientException">The token is none.</exception>
    internal static ClientSession FromTokens(string token, string refreshToken, bool created)
    {
        string[] parts = token.Split('.');
        if (parts.Length != 3)
        {
            throw new ClientException("The server's session token is not a JSON web token.");
        }

        try
        {
            using JsonDocument claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            JsonElement root = claims.RootElement;
            return new ClientSession(
                token,
                refreshToken,
                created,
                root.GetProperty("uid").GetGuid(),
                root.GetProperty("usn").GetString() ?? "",
                DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("exp").GetInt64()));
        }
        catch (Exception error) when (error is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ClientException("The server's session token has no readable claims.", inner: error);
        }
    }
}
