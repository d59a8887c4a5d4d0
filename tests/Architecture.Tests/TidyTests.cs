using System.Text.RegularExpressions;

namespace RealtimeServer.Architecture;

/// <summary>The house rules that a machine can check. Each failure names the file, the line and the way out.</summary>
public sealed partial class TidyTests
{
    private const int LineLengthMax = 170;
    private const int FileLinesMax = 400;

    /// <summary>Files above the usual size, each with the reason why it is one file.</summary>
    private static readonly Dictionary<string, string> LongFiles = new(StringComparer.Ordinal)
    {
        ["src/Transport/Connection.cs"] = "one state machine: what a packet does depends on the state, and both are read together",
        ["src/Services/Limits.cs"] = "every bound of the room, feature by feature: as every room, it has them in one place",
    };

    [Fact]
    public void A_files_namespace_is_its_folder()
    {
        var wrong = new List<string>();
        foreach (string file in Repository.CSharpFiles())
        {
            Match declared = NamespaceLine().Match(Repository.Read(file));
            string[] parts = file.Split('/');
            IEnumerable<string> folders = parts[0] == "bench" ? ["Bench", .. parts[1..^1]] : parts[1..^1].Select(part => part.Replace(".Tests", "", StringComparison.Ordinal));
            string expected = string.Join('.', ["RealtimeServer", .. folders]);
            if (declared.Success && declared.Groups[1].Value != expected)
            {
                wrong.Add($"{file}: is in namespace {declared.Groups[1].Value}, but its folder says {expected}");
            }
        }

        AssertNone(wrong);
    }

    [Fact]
    public void Names_say_what_a_thing_is()
    {
        var wrong = new List<string>();
        foreach (string file in Repository.CSharpFiles())
        {
            foreach (Match type in TypeDeclaration().Matches(Repository.Read(file)))
            {
                if (VagueName().IsMatch(type.Groups[1].Value))
                {
                    wrong.Add($"{file}: type {type.Groups[1].Value} has a name that fits anything; name what it does");
                }
            }

            string folder = Path.GetDirectoryName(file)!;
            if (VagueName().IsMatch(Path.GetFileName(folder)))
            {
                wrong.Add($"{folder}: a folder name that fits anything; name what it holds");
            }
        }

        AssertNone(wrong);
    }

    [Fact]
    public void Test_classes_end_by_a_method_that_the_runner_calls()
    {
        List<string> wrong = [];
        foreach (string file in Repository.Files("tests", "*.cs"))
        {
            if (EndlessTestClass().IsMatch(Repository.Read(file)))
            {
                wrong.Add($"{file}: this runner never calls the DisposeAsync of an IAsyncDisposable; make the class an IAsyncLifetime");
            }
        }

        AssertNone(wrong);
    }

    [Fact]
    public void Nothing_is_left_for_later()
    {
        // The words are put together here so that this file does not find itself.
        string[] words = ["TO" + "DO", "FIX" + "ME", "HA" + "CK:", "NotImplemented" + "Exception"];
        AssertNone(Lines().Where(line => words.Any(word => line.Text.Contains(word, StringComparison.Ordinal))).Select(line => $"{line.File}:{line.Number}: {line.Text.Trim()}"));
    }

    [Fact]
    public void Lines_fit_a_screen()
    {
        AssertNone(Lines().Where(line => line.Text.Length > LineLengthMax && !line.Text.Contains('"', StringComparison.Ordinal))
            .Select(line => $"{line.File}:{line.Number}: {line.Text.Length} characters, at most {LineLengthMax}"));
    }

    [Fact]
    public void A_long_file_has_a_reason()
    {
        var wrong = new List<string>();
        foreach (string file in Repository.CSharpFiles())
        {
            int lines = Repository.Read(file).Split('\n').Length;
            if (lines > FileLinesMax && !LongFiles.ContainsKey(file))
            {
                wrong.Add($"{file}: {lines} lines; split it by idea, or give its reason in {nameof(LongFiles)}");
            }
        }

        wrong.AddRange(LongFiles.Keys.Where(file => !File.Exists(Path.Combine(Repository.Root, file))).Select(file => $"{file}: listed as long, but gone"));
        AssertNone(wrong);
    }

    [Fact]
    public void No_path_of_one_machine_is_written_down()
    {
        string[] texts = [.. Repository.Files("", "*.md"), .. Repository.Files("", "*.json"), .. Repository.Files("", "*.csproj"), .. Repository.CSharpFiles()];
        AssertNone(texts.Where(file => MachinePath().IsMatch(Repository.Read(file))).Select(file => $"{file}: names a path of one machine"));
    }

    [Fact]
    public void Every_path_a_page_names_exists()
    {
        var wrong = new List<string>();
        foreach (string page in Repository.Files("", "*.md"))
        {
            foreach (Match path in NamedPath().Matches(Repository.Read(page)))
            {
                string target = path.Groups[1].Value.TrimEnd('/', '.');
                if (!Path.Exists(Path.Combine(Repository.Root, target)))
                {
                    wrong.Add($"{page}: names {target}, which does not exist");
                }
            }
        }

        AssertNone(wrong);
    }

    [Fact]
    public void The_game_shown_in_the_readme_is_the_one_that_runs()
    {
        string shown = Repository.Read("README.md").ReplaceLineEndings("\n");
        Assert.Contains(Repository.Read("src/Games/Tag/TagGame.cs").ReplaceLineEndings("\n").TrimEnd(), shown, StringComparison.Ordinal);
    }

    [Fact]
    public void The_modules_shown_to_users_are_those_that_run()
    {
        string shown = Repository.Read("docs/server-code.md").ReplaceLineEndings("\n");
        foreach (string sample in Directory.GetFiles(Path.Combine(Repository.Root, "src", "Runtime", "Samples")))
        {
            Assert.Contains(Repository.Read(sample).ReplaceLineEndings("\n").TrimEnd(), shown, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("docs/ecs.md", "tests/Ecs.Tests/Guide")]
    [InlineData("docs/games.md", "tests/Simulation.Tests/Guide")]
    public void The_code_of_a_guide_is_code_that_runs(string guide, string tests)
    {
        string tested = string.Concat(Directory.GetFiles(Path.Combine(Repository.Root, tests), "*.cs").Select(file => Flush(Repository.Read(file))));
        string[] blocks = [.. Repository.Read(guide).Split("```csharp").Skip(1).Select(block => Flush(block.Split("```")[0]))];
        Assert.True(blocks.Length > 10, "the guide shows little");
        AssertNone(blocks.Where(block => !tested.Contains(block, StringComparison.Ordinal)).Select(block => $"{guide} shows what {tests} does not run: {block}"));

        static string Flush(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
    }

    [Fact]
    public void Every_room_has_a_page_of_its_own()
    {
        AssertNone(Directory.GetDirectories(Path.Combine(Repository.Root, "src"))
            .Where(room => !File.Exists(Path.Combine(room, "README.md")))
            .Select(room => $"src/{Path.GetFileName(room)} has no README.md: picture, invariants, decisions that look like bugs"));
    }

    private static IEnumerable<(string File, int Number, string Text)> Lines()
    {
        foreach (string file in Repository.CSharpFiles())
        {
            int number = 0;
            foreach (string line in Repository.Read(file).Split('\n'))
            {
                yield return (file, ++number, line);
            }
        }
    }

    private static void AssertNone(IEnumerable<string> findings)
    {
        string[] all = [.. findings];
        Assert.True(all.Length == 0, string.Join(Environment.NewLine, all));
    }

    [GeneratedRegex(@"^public (abstract |sealed |partial )*class \w+(\([^)]*\))? *:.*IAsyncDisposable", RegexOptions.Multiline)]
    private static partial Regex EndlessTestClass();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^\s*(?:public|internal|private|file|static|sealed|abstract|partial|readonly|ref|\s)*(?:class|struct|interface|enum|record(?: struct)?)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"(Manager|Helpers?|Utils?|Utility|Utilities|Common|Misc)$")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"(^|[^A-Za-z0-9_.])/(work|farm|root|home)/")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"`((?:src|tests|tools|bench|maps|docs)/[\w./-]*)`")]
    private static partial Regex NamedPath();
}
