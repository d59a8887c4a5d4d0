namespace RealtimeServer.Services.Accounts;

/// <summary>
/// What others may see of a player, as stored. Times are microseconds since 1970 UTC. A feature that reads players together with
/// something of its own has this one within its row and selects <see cref="Columns"/> beside its columns.
/// </summary>
public sealed record UserRecord(
    Guid Id,
    string Username,
    string DisplayName,
    string AvatarUrl,
    string LangTag,
    string Location,
    string Timezone,
    string Metadata,
    string? AppleId,
    string? FacebookId,
    string? FacebookInstantGameId,
    string? GamecenterId,
    string? GoogleId,
    string? SteamId,
    int EdgeCount,
    long CreateTime,
    long UpdateTime)
{
    /// <summary>The columns of such a row, of a table users called u.</summary>
    public const string Columns =
        "u.id, u.username, u.display_name, u.avatar_url, u.lang_tag, u.location, u.timezone, u.metadata, u.apple_id, u.facebook_id, "
        + "u.facebook_instant_game_id, u.gamecenter_id, u.google_id, u.steam_id, u.edge_count, u.create_time, u.update_time";
}

/// <summary>Everything the owner of an account may see of it. <see cref="DisableTime"/> is 0 unless the account is banned.</summary>
public sealed record AccountRecord(UserRecord User, string Wallet, string? Email, string? CustomId, long VerifyTime, long DisableTime);
