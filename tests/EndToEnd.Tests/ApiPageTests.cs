using Microsoft.Playwright;
using RealtimeServer.Server;

namespace RealtimeServer.EndToEnd;

/// <summary>The page to try each call, in a real browser on a desk and on a phone, by keyboard alone.</summary>
public sealed class ApiPageTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("api-page-").FullName;
    private readonly List<string> _faults = [];
    private RunningServer _server = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async Task InitializeAsync()
    {
        _server = await ServerHost.StartAsync(["--http:port", "0", "--udp:port", "0", "--data:dir", _data, "--demo", "false"]);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = DemoPageTests.FindChromium(), Args = DemoPageTests.BrowserArguments });
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Theory]
    [InlineData(1280, 900, ColorScheme.Light)]
    [InlineData(360, 740, ColorScheme.Dark)]
    public async Task A_call_is_found_read_and_sent_without_a_mouse(int width, int height, ColorScheme scheme)
    {
        IPage page = await _browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme });
        page.PageError += (_, error) => _faults.Add(error);
        page.Console += (_, message) => _faults.AddRange(message.Type == "error" ? [message.Text] : []);
        page.Request += (_, request) => _faults.AddRange(request.Url.StartsWith(_server.HttpAddress.ToString(), StringComparison.Ordinal) ? [] : [request.Url]);
        await page.GotoAsync(new Uri(_server.HttpAddress, "api/").ToString());
        await page.WaitForSelectorAsync("#GetAccount");

        await page.FocusAsync("#session-token");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("document.getElementById('who').textContent.includes('until')");

        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("getaccount");
        Assert.Equal(1, await page.EvaluateAsync<int>("[...document.querySelectorAll('details')].filter(d => d.checkVisibility()).length"));
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");

        // The browser tells of an opened call in its own time, and only then is there something to tab to.
        await page.WaitForSelectorAsync("#GetAccount button");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("document.querySelector('#GetAccount .status')?.textContent.startsWith('200')");
        Assert.Contains("\"username\"", await page.TextContentAsync("#GetAccount pre"), StringComparison.Ordinal);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Checkout.Artifacts, $"api-page-{width}.png"), FullPage = true });

        // A call with parameters and a body, all calls shown: nothing is wider than the window.
        await page.FillAsync("#filter", "");
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        await page.WaitForSelectorAsync("#AuthenticateDevice textarea");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"), "the page is wider than the window");
        Assert.Equal(0, await page.EvaluateAsync<int>("[...document.querySelectorAll('input, textarea')].filter(i => i.labels.length === 0).length"));
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Checkout.Artifacts, $"api-page-all-{width}.png") });
        Assert.Empty(_faults);
    }
}
