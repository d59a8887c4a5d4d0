using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RealtimeServer.Foundation;

namespace RealtimeServer.Services.Sessions;

public sealed class SessionTokensTests
{
    private static readonly byte[] Key = "session-key-of-the-tests"u8.ToArray();
    private static readonly byte[] RefreshKey = "refresh-key-of-the-tests"u8.ToArray();
    private static readonly Guid User = Guid.Parse("26df2f9f-5da2-4e96-80e1-8414bfe7b7ea");
    private static readonly Dictionary<string, string> NoVars = [];

    private readonly VirtualTime _time = new();
    private readonly SessionTokens _tokens;

    public SessionTokensTests() => _tokens = Tokens(Key, RefreshKey);

    [Fact]
    public void A_token_gives_back_what_it_was_issued_for()
    {
        SessionPair pair = _tokens.Issue(User, "älice_\"pxud", new Dictionary<string, string> { ["k"] = "v", [""] = "" });
        SessionClaims claims = _tokens.VerifySession(pair.Token).Claims!;
        Assert.Equal(User, claims.UserId);
        Assert.Equal("älice_\"pxud", claims.Username);
        Assert.Equal("v", claims.Vars["k"]);
        Assert.Equal("", claims.Vars[""]);
        Assert.Equal(1795210167, claims.IssuedAt);
        Assert.Equal(1795210167 + 7200, claims.ExpiresAt);
        SessionClaims refresh = _tokens.VerifyRefresh(pair.RefreshToken).Claims!;
        Assert.Equal(claims.TokenId, refresh.TokenId);
        Assert.Equal(1795210167 + 604800, refresh.ExpiresAt);
    }

    [Fact]
    public void Header_and_claims_are_those_clients_read()
    {
        string[] parts = _tokens.Issue(User, "alice", new Dictionary<string, string> { ["k"] = "v" }).Token.Split('.');
        Assert.Matches("""^\{"alg":"HS256","typ":"JWT","kid":"[\w-]{8}"\}$""", Text(parts[0]));
        using JsonDocument claims = JsonDocument.Parse(Text(parts[1]));
        Assert.Equal(["tid", "uid", "usn", "vrs", "exp", "iat"], claims.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal("""{"k":"v"}""", claims.RootElement.GetProperty("vrs").GetRawText());
        using JsonDocument bare = JsonDocument.Parse(Text(_tokens.Issue(User, "alice", NoVars).Token.Split('.')[1]));
        Assert.False(bare.RootElement.TryGetProperty("vrs", out _));
    }

    [Fact]
    public void The_signature_is_what_the_standard_says()
    {
        string token = _tokens.Issue(User, "alice", NoVars).Token;
        int dot = token.LastIndexOf('.');
        Assert.Equal(Encode(HMACSHA256.HashData(Key, Encoding.ASCII.GetBytes(token[..dot]))), token[(dot + 1)..]);
    }

    [Fact]
    public void A_token_is_good_until_its_second_comes()
    {
        string token = _tokens.Issue(User, "alice", NoVars).Token;
        _time.Advance(TimeSpan.FromSeconds(7199));
        Assert.Equal(TokenRefusal.None, _tokens.VerifySession(token).Refusal);
        _time.Advance(TimeSpan.FromSeconds(1));
        TokenOutcome outcome = _tokens.VerifySession(token);
        Assert.Equal(TokenRefusal.Expired, outcome.Refusal);
        Assert.Null(outcome.Claims);
        Assert.Contains("expired", outcome.Reason);
    }

    [Fact]
    public void A_missing_token_is_called_missing() => Assert.Equal(TokenRefusal.Missing, _tokens.VerifySession("").Refusal);

    [Fact]
    public void A_token_of_another_key_or_kind_is_refused()
    {
        SessionPair pair = _tokens.Issue(User, "alice", NoVars);
        SessionPair other = Tokens("another-key-of-the-tests"u8.ToArray(), RefreshKey).Issue(User, "alice", NoVars);
        Assert.Equal(TokenRefusal.BadSignature, _tokens.VerifySession(other.Token).Refusal);
        Assert.Equal(TokenRefusal.BadSignature, _tokens.VerifySession(pair.RefreshToken).Refusal);
        Assert.Equal(TokenRefusal.BadSignature, _tokens.VerifyRefresh(pair.Token).Refusal);
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"JWT"}""")]
    [InlineData("""{"alg":"HS512","typ":"JWT"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT"}""")]
    [InlineData("""{"typ":"JWT","alg":"HS256"}""")]
    public void No_token_chooses_how_it_is_checked(string header)
    {
        string payload = _tokens.Issue(User, "alice", NoVars).Token.Split('.')[1];
        string head = Encode(Encoding.UTF8.GetBytes(header)) + "." + payload;
        Assert.Equal(TokenRefusal.Malformed, _tokens.VerifySession(head + ".").Refusal);
        Assert.Equal(TokenRefusal.Malformed, _tokens.VerifySession(head).Refusal);
        Assert.Null(_tokens.VerifySession(Sign(head)).Claims);
    }

    [Fact]
    public void A_swapped_payload_is_refused()
    {
        string[] mine = _tokens.Issue(User, "alice", NoVars).Token.Split('.');
        string[] theirs = _tokens.Issue(Guid.NewGuid(), "bobby", NoVars).Token.Split('.');
        Assert.Equal(TokenRefusal.BadSignature, _tokens.VerifySession($"{mine[0]}.{theirs[1]}.{mine[2]}").Refusal);
    }

    [Fact]
    public void Any_one_changed_character_spoils_a_token()
    {
        string token = _tokens.Issue(User, "alice", NoVars).Token;
        char[] changed = token.ToCharArray();
        for (int i = 0; i < token.Length; i++)
        {
            foreach (char c in "AzQg9-_.=+/ \0é")
            {
                changed[i] = c;
                if (c != token[i])
                {
                    Assert.Null(_tokens.VerifySession(changed).Claims);
                }
            }
            changed[i] = token[i];
        }
        Assert.NotNull(_tokens.VerifySession(changed).Claims);
        Assert.Null(_tokens.VerifySession(token + "=").Claims);
        Assert.Null(_tokens.VerifySession(" " + token).Claims);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"tid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","uid":"x","usn":"a","exp":9999999999}""")]
    [InlineData("""{"tid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","uid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","exp":9999999999}""")]
    [InlineData("""{"tid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","uid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","usn":"a"}""")]
    [InlineData("""{"tid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","uid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","usn":"a","exp":"9999999999"}""")]
    [InlineData("""{"tid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","uid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","usn":"a","exp":1e300}""")]
    [InlineData("""{"tid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","uid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","usn":5,"exp":9999999999}""")]
    [InlineData("""{"tid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","uid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","usn":"a","vrs":{"k":1},"exp":9999999999}""")]
    [InlineData("""{"tid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","uid":"26df2f9f-5da2-4e96-80e1-8414bfe7b7ea","usn":"a","exp":9999999999""")]
    public void Signed_claims_that_are_incomplete_are_refused(string claims)
    {
        string token = Sign("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + Encode(Encoding.UTF8.GetBytes(claims)));
        Assert.Equal(TokenRefusal.Malformed, _tokens.VerifySession(token).Refusal);
    }

    [Fact]
    public void Claims_of_another_issuer_with_our_key_are_read()
    {
        string claims = $$"""{"new":{"a":[1,{}]},"tid":"{{User}}","uid":"{{User}}","usn":"a","exp":9999999999}""";
        Assert.NotNull(_tokens.VerifySession(Sign("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + Encode(Encoding.UTF8.GetBytes(claims)))).Claims);
    }

    [Fact]
    public void Garbage_of_every_length_is_refused()
    {
        DeterministicRandom random = new(4);
        string token = _tokens.Issue(User, "alice", NoVars).Token;
        char[] garbage = new char[Limits.TokenCharactersMax + 64];
        for (int length = 1; length <= garbage.Length; length++)
        {
            for (int i = 0; i < length; i++)
            {
                garbage[i] = (char)random.Next(0, random.NextBool(0.01f) ? 65536 : 128);
            }
            // Half of them begin as a real token does, to get past the first look.
            if (length > 60 && length % 2 == 0)
            {
                token.AsSpan(0, Math.Min(length - 44, token.Length)).CopyTo(garbage);
                garbage[length - 44] = '.';
            }
            Assert.Null(_tokens.VerifySession(garbage.AsSpan(0, length)).Claims);
        }
    }

    [Fact]
    public void Mutated_claims_are_read_or_refused()
    {
        DeterministicRandom random = new(5);
        byte[] claims = Encoding.UTF8.GetBytes($$"""{"tid":"{{User}}","uid":"{{User}}","usn":"a","vrs":{"k":"v"},"exp":9999999999,"iat":1}""");
        for (int i = 0; i < 50_000; i++)
        {
            byte[] mutated = [.. claims];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                mutated[random.Next(mutated.Length)] = random.NextBool(0.5f) ? (byte)random.Next(256) : (byte)"{}[]\",:0\\e-."[random.Next(12)];
            }
            ClaimsJson.TryRead(mutated.AsSpan(0, random.Next(1, mutated.Length + 1)));
        }
    }

    [Fact]
    public void Refusing_a_strangers_token_costs_no_memory()
    {
        string token = Tokens("another-key-of-the-tests"u8.ToArray(), RefreshKey).Issue(User, "alice", NoVars).Token;
        _tokens.VerifySession(token);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _tokens.VerifySession(token);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Tokens_of_the_key_before_are_good_and_new_ones_name_the_new_key()
    {
        SessionPair old = _tokens.Issue(User, "alice", NoVars);
        byte[] newKey = "a-newer-key-of-the-tests"u8.ToArray();
        byte[] newRefreshKey = "a-newer-refresh-key-of-the-tests"u8.ToArray();
        SessionTokens rotated = new(
            new SessionOptions(newKey, newRefreshKey, TimeSpan.FromSeconds(7200), TimeSpan.FromSeconds(604800)) { OldSessionKey = Key, OldRefreshKey = RefreshKey },
            _time);
        Assert.Equal(User, rotated.VerifySession(old.Token).Claims!.UserId);
        Assert.Equal(User, rotated.VerifyRefresh(old.RefreshToken).Claims!.UserId);
        SessionPair fresh = rotated.Issue(User, "alice", NoVars);
        Assert.NotEqual(Text(old.Token.Split('.')[0]), Text(fresh.Token.Split('.')[0]));
        Assert.NotNull(Tokens(newKey, newRefreshKey).VerifySession(fresh.Token).Claims);
        Assert.Equal(TokenRefusal.BadSignature, _tokens.VerifySession(fresh.Token).Refusal);
        Assert.Null(rotated.VerifySession(old.RefreshToken).Claims);
        // A token that names the one key and is signed by the other.
        string claimed = fresh.Token.Split('.')[0] + "." + old.Token.Split('.')[1];
        Assert.Equal(TokenRefusal.BadSignature, rotated.VerifySession(Sign(claimed)).Refusal);
    }

    [Fact]
    public void A_renewed_session_keeps_its_id_and_time_and_counts_on()
    {
        SessionClaims first = _tokens.VerifyRefresh(_tokens.Issue(User, "alice", NoVars).RefreshToken).Claims!;
        Assert.Equal(0, first.Generation);
        _time.Advance(TimeSpan.FromHours(1));
        SessionPair pair = _tokens.Renew(first, "alicia", new Dictionary<string, string> { ["k"] = "v" }, 1);
        SessionClaims session = _tokens.VerifySession(pair.Token).Claims!;
        SessionClaims refresh = _tokens.VerifyRefresh(pair.RefreshToken).Claims!;
        Assert.Equal((first.TokenId, first.IssuedAt, "alicia", "v", 0), (session.TokenId, session.IssuedAt, session.Username, session.Vars["k"], session.Generation));
        Assert.Equal((first.TokenId, 1, first.ExpiresAt + 3600), (refresh.TokenId, refresh.Generation, refresh.ExpiresAt));
        using JsonDocument claims = JsonDocument.Parse(Text(pair.Token.Split('.')[1]));
        Assert.False(claims.RootElement.TryGetProperty("gen", out _));
    }

    [Fact]
    public void A_session_that_was_ended_is_refused_and_one_begun_later_is_not()
    {
        string token = _tokens.Issue(User, "alice", NoVars).Token;
        SessionClaims claims = _tokens.VerifySession(token).Claims!;
        long expires = long.MaxValue;
        Assert.True(_tokens.Revoked.Add(new Revocation(claims.TokenId, long.MaxValue, expires), 0));
        Assert.False(_tokens.Revoked.Add(new Revocation(claims.TokenId, long.MaxValue, expires), 0));
        Assert.Equal(TokenRefusal.Revoked, _tokens.VerifySession(token).Refusal);
        string another = _tokens.Issue(User, "alice", NoVars).Token;
        Assert.NotNull(_tokens.VerifySession(another).Claims);
        _tokens.Revoked.Add(new Revocation(User, claims.IssuedAt, expires), 0);
        Assert.Equal(TokenRefusal.Revoked, _tokens.VerifySession(another).Refusal);
        Assert.NotNull(_tokens.VerifySession(_tokens.Issue(User, "alice", NoVars, issuedUntil: claims.IssuedAt).Token).Claims);
    }

    [Fact]
    public void When_more_sessions_are_ended_than_fit_it_is_known_that_they_are_not_all_here()
    {
        RevokedSessions revoked = new(max: 2);
        Assert.True(revoked.Add(new Revocation(Guid.NewGuid(), long.MaxValue, 100), now: 0));
        Assert.True(revoked.Add(new Revocation(Guid.NewGuid(), long.MaxValue, 200), now: 0));
        Assert.False(revoked.Add(new Revocation(Guid.NewGuid(), long.MaxValue, 300), now: 0));
        Assert.False(revoked.IsComplete);
        revoked.Prune(150);
        Assert.Equal(1, revoked.Count);
        Assert.False(revoked.IsComplete);
        revoked.Prune(300);
        Assert.True(revoked.IsComplete);
        Assert.Equal(0, revoked.Count);
    }

    [Fact]
    public void Weak_or_equal_keys_stop_the_start()
    {
        Assert.Throws<ArgumentException>(() => Tokens("short"u8.ToArray(), RefreshKey));
        Assert.Throws<ArgumentException>(() => Tokens(Key, "short"u8.ToArray()));
        Assert.Throws<ArgumentException>(() => Tokens(Key, Key));
    }

    private SessionTokens Tokens(byte[] key, byte[] refreshKey) =>
        new(new SessionOptions(key, refreshKey, TimeSpan.FromSeconds(7200), TimeSpan.FromSeconds(604800)), _time);

    private static string Sign(string head) => head + "." + Encode(HMACSHA256.HashData(Key, Encoding.ASCII.GetBytes(head)));

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Text(string part) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(part.Replace('-', '+').Replace('_', '/').PadRight((part.Length + 3) / 4 * 4, '=')));
}
