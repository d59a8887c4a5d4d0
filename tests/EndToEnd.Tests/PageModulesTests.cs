using System.Diagnostics;

namespace RealtimeServer.EndToEnd;

public sealed class PageModulesTests
{
    /// <summary>The page's pure modules have tests in their own language, next to this file.</summary>
    [Fact]
    public async Task The_pages_modules_pass_their_own_tests()
    {
        string folder = Path.Combine(Checkout.Root, "tests", "EndToEnd.Tests", "page");
        string[] files = Directory.GetFiles(folder, "*.test.mjs");
        Assert.NotEmpty(files);
        using Process node = Process.Start(new ProcessStartInfo("node", ["--test", .. files]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, output);
    }
}
