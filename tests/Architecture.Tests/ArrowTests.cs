namespace RealtimeServer.Architecture;

/// <summary>Which room may use which. The table is the design: a new arrow is a decision, made here and nowhere else.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Foundation"] = [],
        ["Ecs"] = ["Foundation"],
        ["Physics"] = ["Foundation"],
        ["Navigation"] = ["Foundation"],
        ["Transport"] = ["Foundation"],
        ["Protocol"] = ["Foundation"],
        ["Simulation"] = ["Ecs", "Physics", "Navigation", "Foundation"],
        ["Games"] = ["Simulation", "Ecs", "Physics", "Navigation", "Foundation"],
        ["Matches"] = ["Simulation", "Foundation"],
        ["Services"] = ["Matches", "Protocol", "Foundation"],
        ["Runtime"] = ["Services", "Matches", "Protocol", "Foundation"],
        ["Client"] = ["Simulation", "Transport", "Protocol", "Foundation"],
        ["Server"] = ["Runtime", "Services", "Matches", "Games", "Simulation", "Ecs", "Physics", "Navigation", "Transport", "Protocol", "Foundation"],
    };

    /// <summary>Programs beside the server see it as a game would: through the client, never through the server's own rooms.</summary>
    private static readonly Dictionary<string, string[]> AllowedTools = new(StringComparer.Ordinal)
    {
        ["Maps"] = ["Navigation", "Foundation"],
        ["Bots"] = ["Client", "Games", "Simulation", "Transport", "Protocol", "Foundation"],
    };

    public static TheoryData<string> Rooms => [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(room => Path.GetFileName(room))];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_only_what_the_table_allows(string room)
    {
        Assert.True(Allowed.ContainsKey(room), $"src/{room} is not in the table of rooms: add it to {nameof(ArrowTests)} with what it may use.");
        IEnumerable<string> forbidden = Repository.ProjectReferences($"src/{room}/{room}.csproj").Except(Allowed[room]);
        Assert.True(!forbidden.Any(), $"src/{room} references {string.Join(", ", forbidden)}, which the table of rooms does not allow.");
    }

    [Fact]
    public void Every_room_of_the_table_exists()
    {
        foreach (string room in Allowed.Keys)
        {
            Assert.True(File.Exists(Path.Combine(Repository.Root, "src", room, room + ".csproj")), $"The table names {room}, but src/{room} has no project.");
        }
    }

    [Fact]
    public void Tools_use_only_what_the_table_allows()
    {
        foreach (string project in Repository.Files("tools", "*.csproj"))
        {
            string name = Path.GetFileNameWithoutExtension(project);
            Assert.True(AllowedTools.ContainsKey(name), $"{project} is not in the table of tools.");
            Assert.Empty(Repository.ProjectReferences(project).Except(AllowedTools[name]));
        }
    }

    [Fact]
    public void Transitive_references_stay_switched_off()
    {
        Assert.Contains("<DisableTransitiveProjectReferences>true</DisableTransitiveProjectReferences>", Repository.Read("Directory.Build.props"), StringComparison.Ordinal);
        foreach (string project in Repository.Files("src", "*.csproj"))
        {
            Assert.DoesNotContain("DisableTransitiveProjectReferences", Repository.Read(project), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Games_and_bots_see_only_what_a_users_game_sees()
    {
        foreach (string file in Repository.Files("src", "*.csproj").Concat(Repository.Files("src", "*.cs")))
        {
            string text = Repository.Read(file);
            Assert.DoesNotContain("InternalsVisibleTo(\"RealtimeServer.Games\")", text, StringComparison.Ordinal);
            Assert.DoesNotContain("InternalsVisibleTo Include=\"RealtimeServer.Games\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("InternalsVisibleTo Include=\"RealtimeServer.Bots\"", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Rooms_hear_of_nothing_that_is_not_theirs()
    {
        // Transport hears of no entity, Simulation of no socket, clock or database: the libraries that would tell them are absent.
        AssertNowhere("src/Simulation", "System.Net", "TimeProvider", "Microsoft.Data", "System.Data");
        AssertNowhere("src/Games", "System.Net", "TimeProvider", "Microsoft.Data", "System.Data");
        AssertNowhere("src/Matches", "System.Net", "Microsoft.Data", "System.Data");
        AssertNowhere("src/Services", "System.Net.Sockets", "Microsoft.AspNetCore");
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = Repository.Read("RealtimeServer.sln").Replace('\\', '/');
        foreach (string project in new[] { "src", "tests", "tools", "bench" }.SelectMany(folder => Repository.Files(folder, "*.csproj")))
        {
            Assert.Contains(project, solution, StringComparison.Ordinal);
        }
    }

    private static void AssertNowhere(string folder, params string[] words)
    {
        foreach (string file in Repository.Files(folder, "*.cs"))
        {
            string text = Repository.Read(file);
            foreach (string word in words)
            {
                Assert.False(text.Contains(word, StringComparison.Ordinal), $"{file} names {word}, of which {folder} is not to know.");
            }
        }
    }
}
