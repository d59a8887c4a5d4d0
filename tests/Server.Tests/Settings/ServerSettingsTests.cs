using System.Collections;
using System.Net;

namespace RealtimeServer.Server.Settings;

public sealed class ServerSettingsTests
{
    [Fact]
    public void Defaults_are_what_the_documentation_promises()
    {
        ServerSettings settings = Of();
        Assert.Equal(IPAddress.Loopback, settings.Bind);
        Assert.Equal((7350, 7350, 7349, 7351), (settings.HttpPort, settings.UdpPort, settings.GrpcPort, settings.ConsolePort));
        Assert.Equal(TimeSpan.FromHours(2), settings.SessionLifetime);
        Assert.Equal(TimeSpan.FromDays(7), settings.RefreshLifetime);
        Assert.True(settings.Demo);
        Assert.False(settings.Insecure || settings.MapsFolderChosen || settings.ListensBeyondLoopback);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("*")]
    [InlineData("::")]
    [InlineData("192.168.1.10")]
    public void Listening_beyond_loopback_with_the_default_key_is_refused_and_told_how_to_do_it(string address)
    {
        SettingException refusal = Assert.Throws<SettingException>(() => Of("--bind", address));
        Assert.Contains("--serverKey ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("REALTIME_SERVERKEY=", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--insecure", refusal.Message, StringComparison.Ordinal);

        // What it says to do, works.
        string line = refusal.Message.Split('\n').Single(l => l.TrimStart().StartsWith("--serverKey", StringComparison.Ordinal));
        string[] fix = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.True(Of(["--bind", address, .. fix]).ListensBeyondLoopback);
        Assert.True(Of("--bind", address, "--insecure").Insecure);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")]
    [InlineData("::1")]
    [InlineData("localhost")]
    public void Loopback_needs_no_key_of_ones_own(string address) => Assert.False(Of("--bind", address).ListensBeyondLoopback);

    [Fact]
    public void A_database_address_that_is_none_is_refused_without_repeating_it()
    {
        Assert.Equal("postgres://localhost/game", Of("--database", "postgres://localhost/game").Database);
        SettingException refusal = Assert.Throws<SettingException>(() => Of("--database", "mysql://me:secret@localhost/game"));
        Assert.Contains("postgres://", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--database", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_key_with_a_colon_could_not_be_shown_by_any_client() =>
        Assert.Contains("colon", Assert.Throws<SettingException>(() => Of("--serverKey", "a:b")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_checksum_and_a_seal_exclude_each_other()
    {
        SettingException refusal = Assert.Throws<SettingException>(() => Of("--udp:checksum", "true", "--udp:security", "sealed"));
        Assert.Contains("udp:checksum", refusal.Message, StringComparison.Ordinal);
        Assert.True(Of("--udp:checksum", "true").UdpChecksum);
    }

    [Fact]
    public void Two_uses_of_one_port_are_refused()
    {
        Assert.Contains("grpc:port", Assert.Throws<SettingException>(() => Of("--grpc:port", "7350")).Message, StringComparison.Ordinal);
        Assert.Equal(0, Of("--http:port", "0", "--grpc:port", "0").HttpPort);
    }

    [Fact]
    public void One_key_for_both_tokens_is_refused()
    {
        string key = new('k', 20);
        Assert.Throws<SettingException>(() => Of("--session:key", key, "--session:refreshKey", key));
        Assert.Equal(key, Of("--session:key", key).SessionKey);
    }

    private static ServerSettings Of(params string[] arguments) => ServerSettings.From(SettingsReader.Read([], new Hashtable(), arguments));
}
