using System.Diagnostics;

namespace RealtimeServer.Maps;

/// <summary>The tool as people run it, a process in a folder of its own.</summary>
internal sealed class MapsProcess : IDisposable
{
    private static readonly string Tool = Path.Combine(AppContext.BaseDirectory, "RealtimeServer.Maps.dll");

    public string Folder { get; } = Directory.CreateTempSubdirectory("maps-tool-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(Folder, name), text);
        return name;
    }

    /// <summary>Runs to the end. Nothing the tool is given may make it print a stack trace.</summary>
    public (int Code, string Output) Run(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Tool, .. arguments]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.Result;
        Assert.True(process.WaitForExit(60_000), "the tool does not end");
        Assert.DoesNotContain("   at RealtimeServer", output, StringComparison.Ordinal);
        Assert.DoesNotContain("nhandled exception", output, StringComparison.Ordinal);
        return (process.ExitCode, output);
    }
}
