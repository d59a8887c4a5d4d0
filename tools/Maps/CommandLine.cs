using System.CommandLine;
using System.Globalization;
using System.Numerics;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Maps.Compiled;
using Spectre.Console;

namespace RealtimeServer.Maps;

/// <summary>What the tool may be asked, with an error in words for what it may not.</summary>
internal sealed class CommandLine
{
    private readonly Argument<string[]> _maps = new("maps") { Description = "map files, or folders of them", Arity = ArgumentArity.OneOrMore };
    private readonly Argument<string> _map = new("map") { Description = "a map file" };
    private readonly Option<string?> _png = new("--png") { Description = "write a picture to this file" };
    private readonly Option<int> _scale = new("--scale") { Description = "pixels of a cell in the picture, 1 to 64; 0: as fits", DefaultValueFactory = _ => 0 };
    private readonly Option<float> _radius = new("--radius") { Description = "the agent's radius in cells, 0 to 16", DefaultValueFactory = _ => 0.4f };
    private readonly Option<int> _width = new("--choke-width") { Description = "ways of at most so many cells are narrow, 1 to 64", DefaultValueFactory = _ => 2 };
    private readonly Option<string> _from = new("--from") { Description = "where the path starts: x,y in cells, or an object's name or class", Required = true };
    private readonly Option<string> _to = new("--to") { Description = "where it goes", Required = true };
    private readonly Option<int> _limit = new("--limit") { Description = "scenarios of each file, spread over it; 0: all", DefaultValueFactory = _ => 0 };
    private readonly Option<string?> _output = new("--output") { Description = "file or folder to write; beside the map otherwise" };
    private readonly Option<string?> _root = new("--root") { Description = "the folder that all of a map's files lie in or below; the map's own otherwise" };
    private readonly MeshOptions _mesh = new();
    private readonly Option<bool> _strict = new("--strict") { Description = "warnings are errors" };

    public CommandLine()
    {
        Bound(_scale, 0, 64);
        Bound(_width, 1, 64);
        Bound(_limit, 0, 1_000_000);
        Bound(_radius, 0, Navigation.Limits.AgentRadiusMax);
        Root = new RootCommand("Checks, shows, measures and compiles maps. Exit code 1 when a map is refused or has errors.")
        {
            Command("check", "Errors, unreachable places, spawn points in walls, choke points.", parsed => Each(Files(parsed, compiled: true), file =>
                CheckCommand.Run(Load(parsed, file), parsed.GetValue(_width), parsed.GetValue(_strict))), _maps, _width, _strict, _root),
            Command("show", "Draws a map to the terminal, or as a PNG.", parsed => One(parsed, map =>
            {
                ShowCommand.Run(map, [], parsed.GetValue(_png), parsed.GetValue(_scale));
                return true;
            }), _map, _png, _scale, _root),
            Command("path", "Finds a path, draws it, and says what it took. Exit code 1 if no way leads to the goal.", parsed => One(parsed, map => FindPath(parsed, map)), _map, _from, _to, _radius, _png, _scale, _root),
            Command("mesh", "Makes the navigation mesh, says what it is made of and what does not hang together; with --from and --to finds a path on it. Exit code 1 if something is apart that should not be.",
                parsed => One(parsed, map => _mesh.Run(parsed, map, parsed.GetValue(_png), parsed.GetValue(_scale))), [_map, .. _mesh.All, _png, _scale, _root]),
            Command("bench", "Runs Moving AI scenarios: MAP.scen beside each map.", parsed =>
                Guard(() => BenchCommand.Run(Files(parsed, compiled: true), parsed.GetValue(_limit), Guard)) ? 0 : 1, _maps, _limit),
            Command("compile", "Writes the compiled form, .rmap, which loads without parsing.", parsed => Each(Files(parsed, compiled: false), file =>
                CompileCommand.Run(file, parsed.GetValue(_root), parsed.GetValue(_output))), _maps, _output, _root),
        };
    }

    public RootCommand Root { get; }

    /// <summary>A point of the map: two numbers, or the middle of the first object of that name or class.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static Vec2 PointOf(GameMap map, string text)
    {
        string[] parts = text.Split(',');
        if (parts.Length == 2
            && float.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out float x)
            && float.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out float y))
        {
            bool isInside = x >= 0 && y >= 0 && x < map.Width && y < map.Height;
            return isInside ? new Vec2(x, y) : throw new FormatException($"{text} lies outside of the map of {map.Width} by {map.Height} cells.");
        }

        MapObject? found = map.Objects.FirstOrDefault(item => item.Name == text) ?? map.Objects.FirstOrDefault(item => item.Class == text);
        return found is not null ? (found.Points.Count > 0 ? found.Points[0] : found.Centre) : throw new FormatException($"'{text}' is neither x,y nor the name or class of an object of the map.");
    }

    /// <summary>Refuses what is no number within bounds.</summary>
    public static void Bound<T>(Option<T> option, T min, T max)
        where T : struct, INumber<T> => option.Validators.Add(result =>
    {
        bool isNumber = result.Tokens.Count == 0 || T.TryParse(result.Tokens[^1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        if (!isNumber || !(result.GetValueOrDefault<T>() >= min && result.GetValueOrDefault<T>() <= max))
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name}: give a number from {min} to {max}"));
        }
    });

    private static Command Command(string name, string description, Func<ParseResult, int> run, params Symbol[] symbols)
    {
        Command command = new(name, description);
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        command.SetAction(run);
        return command;
    }

    private bool FindPath(ParseResult parsed, GameMap map) => PathCommand.Run(
        map, PointOf(map, parsed.GetValue(_from)!), PointOf(map, parsed.GetValue(_to)!), parsed.GetValue(_radius), parsed.GetValue(_png), parsed.GetValue(_scale));

    private static int Each(IEnumerable<string> files, Func<string, bool> run)
    {
        bool good = Guard(() =>
        {
            bool all = true;
            foreach (string file in files)
            {
                all &= Guard(() => run(file));
            }

            return all;
        });
        return good ? 0 : 1;
    }

    private IEnumerable<string> Files(ParseResult parsed, bool compiled) =>
        parsed.GetValue(_maps)!.SelectMany(path => Directory.Exists(path) ? MapsOf(path, compiled) : [path]);

    // Those that a server would play on: of a compiled map and what it was made of the latter.
    private static IEnumerable<string> MapsOf(string folder, bool compiled)
    {
        static string Name(string file) => MapFile.NameOf(Path.GetFileName(file));
        ILookup<bool, string> files = Directory.GetFiles(folder).Where(MapFile.IsMap).Order(StringComparer.Ordinal)
            .ToLookup(file => file.EndsWith(CompiledMap.Ending, StringComparison.Ordinal));
        HashSet<string> sources = [.. files[false].Select(Name)];
        string[] maps = [.. files[false], .. files[true].Where(file => compiled && !sources.Contains(Name(file)))];
        return maps.Length > 0 ? maps : throw new FormatException($"The folder '{folder}' has no map in it{(compiled ? "" : " to compile")}; maps end with {string.Join(", ", MapFile.Endings)}.");
    }

    private int One(ParseResult parsed, Func<GameMap, bool> run) => Guard(() => run(Load(parsed, parsed.GetValue(_map)!))) ? 0 : 1;

    private GameMap Load(ParseResult parsed, string file) => MapFile.LoadWithFiles(file, parsed.GetValue(_root)).Map;

    private static bool Guard(Func<bool> run)
    {
        try
        {
            return run();
        }
        catch (Exception error) when (error is MapException or FormatException or IOException or UnauthorizedAccessException)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]refused[/] {error.Message}");
            return false;
        }
    }
}
