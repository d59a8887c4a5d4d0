using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using RealtimeServer.Matches;
using RealtimeServer.Protocol.Connect;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Services.Connecting;

/// <summary>What a connect token lets its holder do: be this session, in this match alone if one is named.</summary>
public sealed record ConnectPermission(SessionClaims Claims, MatchId? OnlyMatch);

/// <summary>The grant inside of a connect token, written and read.</summary>
public static class ConnectGrants
{
    private const int IdBytes = 16;

    public static byte[] Write(SessionClaims claims, string matchId)
    {
        ConnectGrant grant = new()
        {
            TokenId = ByteString.CopyFrom(claims.TokenId.ToByteArray()),
            UserId = ByteString.CopyFrom(claims.UserId.ToByteArray()),
            Username = claims.Username,
            ExpiresAt = claims.ExpiresAt,
            IssuedAt = claims.IssuedAt,
            MatchId = matchId,
        };
        foreach ((string name, string value) in claims.Vars)
        {
            grant.Vars.Add(name, value);
        }
        return grant.ToByteArray();
    }

    /// <summary>False only for a grant of another version of ours: a token that opened was sealed by this server.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ConnectPermission? permission)
    {
        permission = null;
        ConnectGrant grant;
        try
        {
            grant = ConnectGrant.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
        MatchId match = default;
        if (grant.TokenId.Length != IdBytes || grant.UserId.Length != IdBytes || (grant.MatchId.Length > 0 && !MatchId.TryParse(grant.MatchId, out match)))
        {
            return false;
        }
        SessionClaims claims = new(
            new Guid(grant.TokenId.Span), new Guid(grant.UserId.Span), grant.Username, new Dictionary<string, string>(grant.Vars), grant.ExpiresAt, grant.IssuedAt);
        permission = new ConnectPermission(claims, grant.MatchId.Length > 0 ? match : null);
        return true;
    }
}
