using Microsoft.Playwright;
using RealtimeServer.Server;

namespace RealtimeServer.EndToEnd;

/// <summary>The arena's page in a real browser, against a real server.</summary>
public sealed class ArenaPageTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("arena-page-").FullName;
    private readonly List<string> _faults = [];
    private RunningServer _server = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async Task InitializeAsync()
    {
        _server = await ServerHost.StartAsync(["--http:port", "0", "--udp:port", "0", "--data:dir", _data]);
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

    [Fact]
    public async Task Keys_and_clicks_run_and_shoot_in_the_servers_world_and_its_bodies_are_drawn()
    {
        IPage page = await OpenAsync(1280, 900);
        await page.WaitForFunctionAsync("window.arena?.me && window.arena.me.health > 0", null, Patient);

        // Away from wherever it began: along the way that is open.
        await page.EvaluateAsync("window.was = { ...window.arena.me }");
        await page.EvaluateAsync("window.dispatchEvent(new KeyboardEvent('keydown', { code: window.was.x < 18 ? 'KeyD' : 'KeyA' }))");
        await page.EvaluateAsync("window.dispatchEvent(new KeyboardEvent('keydown', { code: window.was.y < 18 ? 'KeyS' : 'KeyW' }))");
        await page.WaitForFunctionAsync("window.arena.me && Math.hypot(window.arena.me.x - window.was.x, window.arena.me.y - window.was.y) > 1", null, Patient);
        await page.Mouse.MoveAsync(400, 450);
        await page.Mouse.DownAsync();
        await page.WaitForFunctionAsync("window.arena.shots > 0", null, Patient);
        await page.Mouse.UpAsync();

        await page.Locator("#show-physics").CheckAsync();
        await page.WaitForFunctionAsync("window.arena.picture?.states.some(state => state >= 8)", null, Patient);
        int[] states = await page.EvaluateAsync<int[]>("window.arena.picture.states");
        Assert.Contains(0, states);
        Assert.Contains(4, states);
        Assert.True(states.Length > 30, $"{states.Length} primitives");
        ulong step = await page.EvaluateAsync<ulong>("window.arena.picture.step");
        await page.WaitForFunctionAsync($"window.arena.picture?.step > {step + 20}", null, Patient);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Checkout.Artifacts, "arena-physics.png") });
        await page.Locator("#show-boxes").CheckAsync();
        await page.WaitForFunctionAsync("window.arena.showsBoxes", null, Patient);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Checkout.Artifacts, "arena-boxes.png") });
        await page.Locator("#show-physics").UncheckAsync();
        await page.WaitForFunctionAsync("window.arena.picture === null", null, Patient);
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task The_page_fits_a_phone()
    {
        IPage page = await OpenAsync(360, 740);
        await page.WaitForFunctionAsync("window.arena?.ready", null, Patient);
        int overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Checkout.Artifacts, "arena-phone.png") });
        Assert.Equal(0, overflow);
        Assert.Empty(_faults);
    }

    private static readonly PageWaitForFunctionOptions Patient = new() { Timeout = 60_000 };

    private async Task<IPage> OpenAsync(int width, int height)
    {
        IPage page = await _browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = height } });
        page.PageError += (_, error) => _faults.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _faults.Add(message.Text);
            }
        };
        await page.GotoAsync(new Uri(_server.HttpAddress, "demo/arena.html").ToString());
        return page;
    }
}
