using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RealtimeServer.Games;

/// <summary>
/// Runs the arena's golden match without a test runner, on processors where none runs; see <c>bench/README.md</c>. Exits with 1 if a hash is another than on x64.
/// </summary>
internal static class GoldenProgram
{
    public static int Main()
    {
        Console.WriteLine($"{RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}");
        var watch = Stopwatch.StartNew();
        List<string> hashes = Arena.ArenaGolden.Play();
        bool isSame = hashes.SequenceEqual(Arena.ArenaGolden.Hashes);
        Console.WriteLine($"arena: {string.Join(", ", hashes)}  {(isSame ? "same" : "DIFFERENT")}  {watch.Elapsed.TotalSeconds:F1} s");
        return isSame ? 0 : 1;
    }
}
