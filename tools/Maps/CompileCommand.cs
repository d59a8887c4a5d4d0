using System.Diagnostics;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Maps.Compiled;
using Spectre.Console;

namespace RealtimeServer.Maps;

/// <summary>Writes the compiled form of a map, reads it again to be sure, and says what that saves.</summary>
internal static class CompileCommand
{
    private const int Repeats = 9;

    /// <returns>False if what was written is not the same map.</returns>
    public static bool Run(string file, string? root, string? output)
    {
        LoadedMap source = MapFile.LoadWithFiles(file, root);
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        string target = output is null ? Path.Combine(folder, source.Map.Name + CompiledMap.Ending)
            : Directory.Exists(output) ? Path.Combine(output, source.Map.Name + CompiledMap.Ending) : output;
        RequireFolder(target);
        byte[] bytes = Compile(source.Map);

        // Never half a file, and never none, whenever a server looks.
        string unfinished = target + ".unfinished";
        File.WriteAllBytes(unfinished, bytes);
        File.Move(unfinished, target, overwrite: true);
        GameMap read = MapFile.Load(target);
        (double parsed, double loaded) = (BestTime(file, root), BestTime(target, null));
        long before = source.Files.Sum(name => new FileInfo(Path.Combine(root ?? folder, name)).Length);
        AnsiConsole.MarkupLineInterpolated($"wrote {target}: {bytes.Length} bytes of {source.Files.Count} files with {before}; loads in {loaded:0.00} ms instead of {parsed:0.00}");
        return read.Hash == source.Map.Hash ? true : throw new FormatException($"{target} is not the map it was made of.");
    }

    private static byte[] Compile(GameMap map)
    {
        try
        {
            return CompiledMap.Write(map);
        }
        catch (InvalidOperationException)
        {
            throw new FormatException($"'{map.Name}' would take more than the {Navigation.Limits.MapFileBytesMax} bytes that a map's file may have.");
        }
    }

    /// <exception cref="FormatException">The folder of a file that is to be written does not exist.</exception>
    public static void RequireFolder(string file)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
        {
            throw new FormatException($"There is no folder '{folder}' to write {Path.GetFileName(file)} to.");
        }
    }

    // Milliseconds; the first loads pay for code that is compiled only then.
    private static double BestTime(string file, string? root)
    {
        double best = double.PositiveInfinity;
        for (int i = 0; i < Repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            MapFile.LoadWithFiles(file, root);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return best;
    }
}
