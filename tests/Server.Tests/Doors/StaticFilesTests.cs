using Microsoft.AspNetCore.Http;
using RealtimeServer.Server.Content;

namespace RealtimeServer.Server.Doors;

public sealed class StaticFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("index.html", "/demo/", "text/html; charset=utf-8")]
    [InlineData("style.css", "/demo/style.css", "text/css; charset=utf-8")]
    [InlineData("view/canvas.js", "/demo/view/canvas.js", "text/javascript; charset=utf-8")]
    [InlineData("icon.svg", "/demo/icon.svg", "image/svg+xml")]
    public async Task Files_have_the_type_browsers_need(string file, string path, string type)
    {
        _folder.Write(file, "content of " + file);
        DefaultHttpContext context = await GetAsync(Door(), path);
        Assert.Equal(type, context.Response.ContentType);
        Assert.Equal("content of " + file, await TextAsync(context));
        Assert.NotEmpty(context.Response.Headers.ETag.ToString());
        Assert.Contains("max-age=60", context.Response.Headers.CacheControl.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_file_is_served_as_it_is_now_under_another_tag()
    {
        DemoDoor door = Door(("page.html", "old"));
        string before = (await GetAsync(door, "/demo/page.html")).Response.Headers.ETag.ToString();
        _folder.Write("page.html", "newer");
        DefaultHttpContext after = await GetAsync(door, "/demo/page.html");
        Assert.Equal("newer", await TextAsync(after));
        Assert.NotEqual(before, after.Response.Headers.ETag.ToString());
    }

    [Fact]
    public async Task A_kind_of_file_that_is_not_known_is_not_served()
    {
        DemoDoor door = Door(("secret.key", "x"));
        DefaultHttpContext context = new();
        Assert.False(await door.TryHandleAsync(context, "/demo/secret.key"));
    }

    [Fact]
    public async Task Without_the_demo_only_maps_are_served()
    {
        _folder.Write("index.html", "page");
        DemoDoor door = new(_folder.Path, MapLibrary.Load(Checkout.Maps), config: null, pictures: null);
        Assert.False(await door.TryHandleAsync(new DefaultHttpContext(), "/demo/"));
        Assert.False(await door.TryHandleAsync(new DefaultHttpContext(), "/demo/config.json"));
        Assert.Equal("application/json", (await GetAsync(door, "/maps/lanes.json")).Response.ContentType);
    }

    private DemoDoor Door(params (string Name, string Text)[] files)
    {
        foreach ((string name, string text) in files)
        {
            _folder.Write(name, text);
        }
        return new DemoDoor(_folder.Path, MapLibrary.Load(Checkout.Maps), _ => new DemoConfig("k", null, "lanes", "lanes", 1, "n", "v"), pictures: null);
    }

    private static async Task<DefaultHttpContext> GetAsync(DemoDoor door, string path)
    {
        DefaultHttpContext context = new();
        context.Request.Method = "GET";
        context.Response.Body = new MemoryStream();
        Assert.True(await door.TryHandleAsync(context, path));
        return context;
    }

    private static async Task<string> TextAsync(DefaultHttpContext context)
    {
        context.Response.Body.Position = 0;
        using StreamReader reader = new(context.Response.Body);
        return await reader.ReadToEndAsync();
    }
}
