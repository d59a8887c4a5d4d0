using System.Text;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Groups;

/// <summary>The rules of groups. Pure: a state of null is nobody's; a refusal is a text for the client, null is consent.</summary>
public static class GroupRules
{
    private const string PrefixEnd = "\U0010FFFF";

    /// <summary>Whether a state counts as one of the group.</summary>
    public static bool IsMember(GroupState? state) => state <= GroupState.Member;

    /// <summary>Whether a state lets change a group and its users.</summary>
    public static bool IsAdmin(GroupState? state) => state <= GroupState.Admin;

    /// <summary>What a user becomes who joins. Who is banned stays so, and is not told.</summary>
    public static GroupState? Join(GroupState? state, bool open) => (state, open) switch
    {
        (null or GroupState.JoinRequest, true) => GroupState.Member,
        (null, false) => GroupState.JoinRequest,
        _ => state,
    };

    /// <summary>What a user becomes whom an admin adds.</summary>
    public static GroupState? Add(GroupState? state) => state is null or GroupState.JoinRequest ? GroupState.Member : state;

    /// <summary>What a user becomes whom an admin puts out; a ban is lifted by it.</summary>
    public static GroupState? Kick(GroupState caller, GroupState? state) => MayPutOut(caller, state) ? null : state;

    /// <summary>What a user becomes whom an admin bans.</summary>
    public static GroupState? Ban(GroupState caller, GroupState? state) => MayPutOut(caller, state) ? GroupState.Banned : state;

    /// <summary>What a user becomes whom an admin promotes: one more, to at most what the admin is.</summary>
    public static GroupState? Promote(GroupState caller, GroupState? state) =>
        IsMember(state) && state > caller ? state - 1 : state;

    /// <summary>What a user becomes whom an admin demotes: one less, of those who are not above the admin.</summary>
    public static GroupState? Demote(GroupState caller, GroupState? state) =>
        state >= caller && state < GroupState.Member ? state + 1 : state;

    public static string? RefuseName(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return "Group name must be set.";
        }
        return RequestTexts.Fits(name, Limits.GroupNameBytesMax) && !RequestTexts.HasControl(name)
            ? null
            : $"Group name must be at most {Limits.GroupNameBytesMax} bytes, without control characters.";
    }

    /// <param name="description">Null: not given.</param>
    /// <param name="avatarUrl">Null: not given.</param>
    /// <param name="langTag">Null: not given.</param>
    public static string? RefuseTexts(string? description, string? avatarUrl, string? langTag)
    {
        if (!RequestTexts.Fits(description ?? "", Limits.GroupDescriptionBytesMax))
        {
            return $"Group description must be at most {Limits.GroupDescriptionBytesMax} bytes.";
        }
        if (!RequestTexts.Fits(avatarUrl ?? "", Limits.GroupAvatarUrlBytesMax) || RequestTexts.HasControl(avatarUrl ?? ""))
        {
            return $"Group avatar URL must be at most {Limits.GroupAvatarUrlBytesMax} bytes, without control characters.";
        }
        return RequestTexts.Fits(langTag ?? "", Limits.GroupLangTagBytesMax) && !RequestTexts.HasControl(langTag ?? "")
            ? null
            : $"Group language must be at most {Limits.GroupLangTagBytesMax} bytes, without control characters.";
    }

    public static string? RefuseMaxCount(int maxCount)
    {
        if (maxCount < 1)
        {
            return "Group max count must be >= 1 when set.";
        }
        return maxCount > Limits.GroupMembersMax ? $"Group max count must be <= {Limits.GroupMembersMax}." : null;
    }

    public static string? RefuseMetadata(string metadata) => RequestTexts.Fits(metadata, Limits.MetadataBytesMax) && RequestTexts.IsJsonObject(metadata)
        ? null
        : $"Metadata must be a JSON object of at most {Limits.MetadataBytesMax} bytes.";

    /// <summary>A name as groups are searched by it.</summary>
    public static string SearchName(string name) => name.ToLowerInvariant();

    /// <summary>
    /// A pattern of a name, in which "%" stands for anything and nothing else does, as a range of <see cref="SearchName"/>s and the SQL
    /// pattern that picks among them. Null: any name, for a pattern that begins with "%" says nothing about the beginning.
    /// </summary>
    public static (string From, string To, string Pattern)? Search(string name)
    {
        string pattern = SearchName(name).TrimStart('%', ' ');
        if (pattern.Length == 0)
        {
            return null;
        }
        int wildcard = pattern.IndexOf('%', StringComparison.Ordinal);
        string prefix = wildcard < 0 ? pattern : pattern[..wildcard];
        string escaped = new StringBuilder(pattern).Replace(@"\", @"\\").Replace("_", @"\_").ToString();
        return (prefix, wildcard < 0 ? pattern : prefix + PrefixEnd, escaped);
    }

    private static bool MayPutOut(GroupState caller, GroupState? state) => caller == GroupState.Superadmin || state is null || state > GroupState.Admin;
}
