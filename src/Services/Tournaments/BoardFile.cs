using System.Text.Json;
using System.Text.RegularExpressions;
using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Services.Tournaments;

/// <summary>
/// Boards that a file declares: <c>{"leaderboards": [{"id": …}], "tournaments": [{"id": …, "duration": …}]}</c>, with the names that
/// Nakama's server code gives to their properties. A start makes those that are missing and changes those that are declared otherwise.
/// </summary>
public sealed partial record BoardFile(IReadOnlyList<LeaderboardDefinition> Leaderboards, IReadOnlyList<TournamentDefinition> Tournaments)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="FormatException">What is wrong and where, for who wrote it.</exception>
    public static BoardFile Read(ReadOnlySpan<byte> json)
    {
        FileBody body;
        try
        {
            body = JsonSerializer.Deserialize<FileBody>(json, Options) ?? new FileBody();
        }
        catch (JsonException exception)
        {
            throw new FormatException(Describe(exception), exception);
        }
        BoardFile file = new([.. body.Leaderboards.Select(b => b.Definition())], [.. body.Tournaments.Select(t => t.Tournament())]);
        string? problem = file.Leaderboards.Select(b => b.Problem()).Concat(file.Tournaments.Select(t => t.Problem())).FirstOrDefault(p => p is not null);
        problem ??= file.Leaderboards.Concat(file.Tournaments.Select(t => t.Board)).GroupBy(b => b.Id, StringComparer.Ordinal)
            .Where(g => g.Count() > 1).Select(g => $"two boards have the id '{g.Key}'").FirstOrDefault();
        return problem is null ? file : throw new FormatException(problem + ".");
    }

    /// <summary>Has the boards be as declared.</summary>
    /// <exception cref="FormatException">One cannot be as declared, since it is there as something else.</exception>
    public async Task DeclareAsync(LeaderboardStore boards, TournamentStore tournaments)
    {
        foreach (LeaderboardDefinition definition in Leaderboards)
        {
            Require(await boards.DeclareAsync(definition).ConfigureAwait(false));
        }
        foreach (TournamentDefinition definition in Tournaments)
        {
            Require(await tournaments.DeclareAsync(definition).ConfigureAwait(false));
        }
    }

    // The framework names its own types, which say nothing to a designer, and does not always say where.
    private static string Describe(JsonException exception)
    {
        string reason = TypeName().Replace(exception.Message, "");
        return exception.Path is { Length: > 0 } path && !reason.Contains(path, StringComparison.Ordinal) ? $"at {path}: {reason}" : reason;
    }

    [GeneratedRegex(" (?:contained in|for) type '[^']*'")]
    private static partial Regex TypeName();

    private static void Require(BoardOutcome outcome)
    {
        if (outcome.Problem is string problem)
        {
            throw new FormatException(problem + ".");
        }
    }

    private sealed record FileBody
    {
        public IReadOnlyList<BoardBody> Leaderboards { get; init; } = [];

        public IReadOnlyList<TournamentBody> Tournaments { get; init; } = [];
    }

    private record BoardBody(string Id)
    {
        public string SortOrder { get; init; } = "desc";

        public string Operator { get; init; } = "best";

        public bool BestPair { get; init; }

        public string ResetSchedule { get; init; } = "";

        public JsonElement? Metadata { get; init; }

        public bool Authoritative { get; init; }

        public bool EnableRanks { get; init; } = true;

        public int KeepPeriods { get; init; }

        /// <exception cref="FormatException">An unknown word.</exception>
        public LeaderboardDefinition Definition() => new(Id)
        {
            SortOrder = BoardWords.Order(SortOrder) ?? throw new FormatException($"sort_order of '{Id}' is '{SortOrder}'; it must be asc or desc."),
            Operator = BoardWords.Operator(Operator) ?? throw new FormatException($"operator of '{Id}' is '{Operator}'; it must be best, set, incr or decr."),
            BestPair = BestPair,
            ResetSchedule = ResetSchedule,
            Metadata = Metadata?.GetRawText() ?? "{}",
            Authoritative = Authoritative,
            EnableRanks = EnableRanks,
            KeepPeriods = KeepPeriods,
        };
    }

    private sealed record TournamentBody(string Id, long Duration) : BoardBody(Id)
    {
        public string Title { get; init; } = "";

        public string Description { get; init; } = "";

        public int Category { get; init; }

        public DateTimeOffset? StartTime { get; init; }

        public DateTimeOffset? EndTime { get; init; }

        public int MaxSize { get; init; }

        public int MaxNumScore { get; init; } = Limits.LeaderboardScoresDefault;

        public bool JoinRequired { get; init; }

        /// <exception cref="FormatException">An unknown word.</exception>
        public TournamentDefinition Tournament() => new(Definition() with
        {
            Entry = new EntryRules(
                Duration, StartTime?.ToUnixTimeSeconds() ?? 0, EndTime?.ToUnixTimeSeconds() ?? 0, MaxSize, MaxNumScore, JoinRequired),
        })
        {
            Title = Title,
            Description = Description,
            Category = Category,
        };
    }
}
