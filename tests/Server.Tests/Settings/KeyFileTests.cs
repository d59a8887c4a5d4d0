using System.Text;

namespace RealtimeServer.Server.Settings;

public sealed class KeyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_key_is_made_once_and_kept()
    {
        byte[] first = Read("session.key");
        Assert.Equal(first, Read("session.key"));
        Assert.NotEqual(first, Read("refresh.key"));
        Assert.Equal(64, first.Length);
        Assert.Equal(["refresh.key", "session.key"], Directory.GetFiles(_folder.Path).Select(f => Path.GetFileName(f)).Order());
    }

    [Fact]
    public void Only_the_servers_user_may_read_it()
    {
        Read("session.key");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.Path, "session.key")));
        }
    }

    [Fact]
    public void A_key_of_the_settings_makes_no_file()
    {
        Assert.Equal("chosen-by-somebody"u8.ToArray(), KeyFile.ReadOrCreate("chosen-by-somebody", _folder.Path, "session.key"));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")]
    public void A_damaged_file_stops_the_start_rather_than_signing_with_it(string text)
    {
        _folder.Write("session.key", text);
        StartException refusal = Assert.Throws<StartException>(() => Read("session.key"));
        Assert.Contains("session.key", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(text, Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(_folder.Path, "session.key"))));
    }

    [Fact]
    public void Servers_that_start_at_once_agree_on_one_key()
    {
        byte[][] keys = new byte[8][];
        Parallel.For(0, keys.Length, i => keys[i] = Read("session.key"));
        Assert.All(keys, k => Assert.Equal(keys[0], k));
    }

    private byte[] Read(string name) => KeyFile.ReadOrCreate("", _folder.Path, name);
}
