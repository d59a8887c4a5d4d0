using RealtimeServer.Services.Accounts;

namespace RealtimeServer.Services.Groups;

/// <summary>Every SQL text of the feature.</summary>
internal static class GroupSql
{
    public const string Create = """
        INSERT INTO groups (id, creator_id, name, search_name, description, avatar_url, lang_tag, metadata, open, edge_count, max_count, create_time, update_time)
        SELECT @Id, @CreatorId, @Name, @SearchName, @Description, @AvatarUrl, @LangTag, @Metadata, @Open, 1, @MaxCount, @Now, @Now
        FROM users WHERE id = @CreatorId
        ON CONFLICT (name) DO NOTHING
        """;

    /// <summary>Refuses a name that another group has, and room for fewer than there are.</summary>
    public const string Update = """
        UPDATE groups
        SET name = COALESCE(@Name, name), search_name = COALESCE(@SearchName, search_name), description = COALESCE(@Description, description),
            avatar_url = COALESCE(@AvatarUrl, avatar_url), lang_tag = COALESCE(@LangTag, lang_tag), metadata = COALESCE(@Metadata, metadata),
            open = COALESCE(@Open, open), max_count = COALESCE(@MaxCount, max_count), update_time = @Now
        WHERE id = @GroupId AND (@MaxCount IS NULL OR edge_count <= @MaxCount)
            AND NOT EXISTS (SELECT 1 FROM groups o WHERE o.name = @Name AND o.id <> @GroupId)
        """;

    public const string DeleteGroup = "DELETE FROM groups WHERE id = @GroupId";

    /// <summary>Only while there is but one member.</summary>
    public const string DeleteLastMembers = "DELETE FROM groups WHERE id = @GroupId AND edge_count = 1";

    public const string ById = $"{Select} WHERE id = @GroupId";

    public const string ByIds = $"{Select} WHERE id IN (@GroupIds)";

    public const string IdOfName = "SELECT id FROM groups WHERE name = @Name";

    public const string States = "SELECT user_id, state FROM group_members WHERE group_id = @GroupId AND user_id IN (@UserIds)";

    public const string Admins = """
        SELECT user_id FROM group_members WHERE group_id = @GroupId AND state IN (0, 1) ORDER BY state, position, user_id LIMIT @Limit
        """;

    /// <summary>Superadmins, requests and bans: they are few, members are not counted one by one.</summary>
    public const string CountStates = """
        SELECT state, count(*) AS n FROM group_members WHERE group_id = @GroupId AND state IN (0, 3, 4) GROUP BY state
        """;

    public const string StateOf = "SELECT state FROM group_members WHERE group_id = @GroupId AND user_id = @UserId";

    public const string KnownUsers = "SELECT id FROM users WHERE id IN (@UserIds)";

    /// <summary>
    /// Counts members, and refuses one too many and a group that is not @Open any more. The row stays locked: whoever changes the
    /// group's users does this first, so that they do it one after the other and each sees what the one before left.
    /// </summary>
    public const string Count = """
        UPDATE groups SET edge_count = edge_count + @Delta, update_time = @Now
        WHERE id = @GroupId AND (@Delta <= 0 OR edge_count + @Delta <= max_count) AND (@Open IS NULL OR open = @Open)
        """;

    /// <summary>Of a group that is not there nothing is written: that is a refusal, not a broken reference.</summary>
    public const string Insert = """
        INSERT INTO group_members (group_id, user_id, state, position, update_time)
        SELECT id, @UserId, @State, @Now, @Now FROM groups WHERE id = @GroupId
        ON CONFLICT (group_id, user_id) DO NOTHING
        """;

    public const string SetState = """
        UPDATE group_members SET state = @State, update_time = @Now WHERE group_id = @GroupId AND user_id = @UserId AND state = @From
        """;

    public const string Delete = "DELETE FROM group_members WHERE group_id = @GroupId AND user_id = @UserId AND state = @From";

    public const string RequireState = "SELECT state FROM group_members WHERE group_id = @GroupId AND user_id = @UserId AND state = @State";

    public const string RequireAdmin = "SELECT state FROM group_members WHERE group_id = @GroupId AND user_id = @UserId AND state IN (0, 1)";

    public const string RequireSuperadmin = "SELECT user_id FROM group_members WHERE group_id = @GroupId AND state = 0 LIMIT 1";

    /// <summary>One row while a group has at most @Max users of a state.</summary>
    public const string RequireFew = """
        SELECT n FROM (SELECT count(*) AS n FROM group_members WHERE group_id = @GroupId AND state = @State) AS counted WHERE n <= @Max
        """;

    /// <summary>One row while a user is in at most @Max groups, requests counted.</summary>
    public const string RequireFewGroups = """
        SELECT n FROM (SELECT count(*) AS n FROM group_members WHERE user_id = @UserId AND state <= 3) AS counted WHERE n <= @Max
        """;

    public const string CountGroups = "SELECT user_id, count(*) AS n FROM group_members WHERE user_id IN (@UserIds) AND state <= 3 GROUP BY user_id";

    public const string List = $"""
        {Select}
        WHERE (create_time, id) < (@Time, @After) AND (@MembersMax IS NULL OR edge_count <= @MembersMax) AND (@Open IS NULL OR open = @Open)
        ORDER BY create_time DESC, id DESC
        LIMIT @Limit
        """;

    public const string ListLang = $"""
        {Select}
        WHERE lang_tag = @LangTag AND (create_time, id) < (@Time, @After) AND (@MembersMax IS NULL OR edge_count <= @MembersMax)
            AND (@Open IS NULL OR open = @Open)
        ORDER BY create_time DESC, id DESC
        LIMIT @Limit
        """;

    /// <summary>Between two names, of which the pattern's beginning is the first: so that an index finds them.</summary>
    public const string ListName = $"""
        {Select}
        WHERE search_name >= @From AND search_name <= @To AND (search_name, id) > (@Name, @After) AND search_name LIKE @Pattern ESCAPE '\'
        ORDER BY search_name, id
        LIMIT @Limit
        """;

    public const string ListUsers = $"""
        SELECT m.state, m.position, {UserRecord.Columns}
        FROM group_members m JOIN users u ON u.id = m.user_id
        WHERE m.group_id = @GroupId AND m.state >= @StateMin AND m.state <= @StateMax AND (m.state, m.position, m.user_id) > (@State, @Position, @After)
        ORDER BY m.state, m.position, m.user_id
        LIMIT @Limit
        """;

    public const string ListGroups = """
        SELECT group_id, state, position
        FROM group_members
        WHERE user_id = @UserId AND state >= @StateMin AND state <= @StateMax AND (state, position, group_id) > (@State, @Position, @After)
        ORDER BY state, position, group_id
        LIMIT @Limit
        """;

    /// <summary>Of the groups whose only superadmin is @UserId, who has been there longest of those next in rank becomes one.</summary>
    public const string PromoteHeirs = """
        UPDATE group_members SET state = 0
        WHERE user_id <> @UserId AND state IN (1, 2)
            AND group_id IN (SELECT s.group_id FROM group_members s WHERE s.user_id = @UserId AND s.state = 0)
            AND NOT EXISTS (SELECT 1 FROM group_members o WHERE o.group_id = group_members.group_id AND o.user_id <> @UserId AND o.state = 0)
            AND NOT EXISTS (
                SELECT 1 FROM group_members e
                WHERE e.group_id = group_members.group_id AND e.user_id <> @UserId AND e.state IN (1, 2)
                    AND (e.state, e.position, e.user_id) < (group_members.state, group_members.position, group_members.user_id))
        """;

    public const string DeleteEmptied = """
        DELETE FROM groups WHERE edge_count = 1 AND id IN (SELECT group_id FROM group_members WHERE user_id = @UserId AND state <= 2)
        """;

    public const string UncountUser = """
        UPDATE groups SET edge_count = edge_count - 1 WHERE id IN (SELECT group_id FROM group_members WHERE user_id = @UserId AND state <= 2)
        """;

    public const string DeleteUser = "DELETE FROM group_members WHERE user_id = @UserId";

    private const string Select = """
        SELECT id, creator_id, name, search_name, description, avatar_url, lang_tag, metadata, open, edge_count, max_count, create_time, update_time
        FROM groups
        """;
}
