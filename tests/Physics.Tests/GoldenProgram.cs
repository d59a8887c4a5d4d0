using System.Diagnostics;
using System.Runtime.InteropServices;
using RealtimeServer.Physics.Threads;

namespace RealtimeServer.Physics;

/// <summary>
/// Runs the golden scenes without a test runner, so that they can run where none does: on ARM64, or in an emulator of it (<c>bench/README.md</c>
/// has the commands). Exits with 1 if a hash is another than on x64.
/// </summary>
internal static class GoldenProgram
{
    public static int Main(string[] args)
    {
        int steps = args is ["full"] ? GoldenTests.FullSteps : GoldenTests.PrefixSteps;
        Console.WriteLine($"{RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}, {steps} steps");
        using var threads = new PhysicsThreads(2);
        int wrong = 0;
        foreach (GoldenScene scene in GoldenScene.All)
        {
            ulong known = steps == GoldenTests.FullSteps ? GoldenTests.Hashes[scene.Name].Full : GoldenTests.Hashes[scene.Name].Prefix;
            wrong += Run(scene, steps, null, known) + Run(scene, steps, threads, known);
        }

        Console.WriteLine(wrong == 0 ? "all hashes are those of x64" : $"{wrong} hashes differ");
        return wrong == 0 ? 0 : 1;
    }

    private static int Run(GoldenScene scene, int steps, PhysicsThreads? threads, ulong known)
    {
        var watch = Stopwatch.StartNew();
        PhysicsWorld world = scene.Create();
        scene.Steps(world, 0, steps, threads);
        bool isSame = world.Hash() == known;
        Console.WriteLine($"{scene.Name,-10} {threads?.Count ?? 1} threads  {world.Hash():X16}  {(isSame ? "same" : "DIFFERENT")}  {watch.Elapsed.TotalSeconds:F1} s");
        return isSame ? 0 : 1;
    }
}
