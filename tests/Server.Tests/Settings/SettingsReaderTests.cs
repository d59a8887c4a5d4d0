using System.Collections;

namespace RealtimeServer.Server.Settings;

public sealed class SettingsReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_anything_every_setting_has_its_default()
    {
        SettingValues values = Read();
        Assert.All(SettingsTable.All, s => Assert.Equal((s.Default, SettingValues.DefaultOrigin), (values.Text(s.Name), values.Origin(s.Name))));
        Assert.All(SettingsTable.All, s => Assert.True(s.Accepts(s.Default), s.Name));
    }

    [Fact]
    public void The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        File("""{ "http": { "port": 1001 }, "udp": { "port": "1002" }, "node": "of-file" }""");
        Hashtable environment = new() { ["REALTIME_HTTP__PORT"] = "2001", ["REALTIME_NODE"] = "of-environment", ["PATH"] = "/bin" };
        SettingValues values = Read(environment, "--node", "of-line");
        Assert.Equal("2001", values.Text("http:port"));
        Assert.Equal("1002", values.Text("udp:port"));
        Assert.Equal("of-line", values.Text("node"));
        Assert.Equal("7349", values.Text("grpc:port"));
    }

    [Fact]
    public void A_later_file_wins_over_an_earlier_one()
    {
        using TemporaryFolder second = new();
        File("""{ "node": "first", "demo": false }""");
        second.Write("appsettings.json", """{ "node": "second" }""");
        SettingValues values = SettingsReader.Read([_folder.Path, second.Path], new Hashtable(), []);
        Assert.Equal(("second", "false"), (values.Text("node"), values.Text("demo")));
    }

    [Theory]
    [InlineData("--http:port", "7360")]
    [InlineData("--http:port=7360")]
    [InlineData("--HTTP:Port=7360")]
    public void A_value_follows_its_name_or_an_equals_sign(params string[] arguments) => Assert.Equal("7360", Read(null, arguments).Text("http:port"));

    [Theory]
    [InlineData("true", "--insecure")]
    [InlineData("true", "--insecure", "true")]
    [InlineData("false", "--insecure", "false")]
    [InlineData("false", "--insecure=false")]
    [InlineData("true", "--insecure", "--node", "a")]
    public void A_flag_alone_means_true(string expected, params string[] arguments) => Assert.Equal(expected, Read(null, arguments).Text("insecure"));

    [Fact]
    public void An_empty_value_is_a_value() => Assert.Equal("", Read(null, "--database", "", "--session:key=").Text("database"));

    [Fact]
    public void Names_with_colons_may_stand_in_the_file_as_they_are()
    {
        File("""
            // Comments and a comma too many are allowed.
            { "http:port": 1234, "session": { "seconds": 60, "refreshSeconds": 61, }, }
            """);
        SettingValues values = Read();
        Assert.Equal(("1234", "60", "61"), (values.Text("http:port"), values.Text("session:seconds"), values.Text("session:refreshSeconds")));
    }

    [Theory]
    [InlineData("http:port", "seven", "a whole number from 0 to 65535")]
    [InlineData("http:port", "70000", "a whole number from 0 to 65535")]
    [InlineData("http:port", "-1", "a whole number from 0 to 65535")]
    [InlineData("http:port", "", "a whole number from 0 to 65535")]
    [InlineData("http:port", "1e3", "a whole number from 0 to 65535")]
    [InlineData("http:port", "99999999999999999999", "a whole number from 0 to 65535")]
    [InlineData("session:seconds", "0", "a whole number from 1 to")]
    [InlineData("matches:workers", "1000", "a whole number from 0 to 256")]
    [InlineData("bind", "everywhere", "an IP address")]
    [InlineData("bind", "1", "an IP address")]
    [InlineData("bind", "", "an IP address")]
    [InlineData("demo", "yes", "true or false")]
    [InlineData("insecure", "1", "true or false")]
    [InlineData("node", "", "letters, digits")]
    [InlineData("node", "a b", "letters, digits")]
    [InlineData("node", "a.b", "letters, digits")]
    [InlineData("data:dir", "", "the path of a folder")]
    [InlineData("serverKey", "", "1 to 128 characters")]
    [InlineData("session:key", "short", "empty or 16 to 512 characters")]
    [InlineData("log:level", "loud", "debug, information, warning, error, none")]
    public void A_malformed_value_is_refused_with_name_origin_and_what_is_allowed(string name, string value, string allowed)
    {
        SettingException ofLine = Assert.Throws<SettingException>(() => Read(null, $"--{name}={value}"));
        Assert.StartsWith($"{name} (from the command line, --{name}) must be ", ofLine.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, ofLine.Message, StringComparison.Ordinal);

        string variable = SettingsTable.Find(name)!.EnvironmentName;
        SettingException ofEnvironment = Assert.Throws<SettingException>(() => Read(new Hashtable { [variable] = value }));
        Assert.Contains($"(from the environment variable {variable})", ofEnvironment.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_secret_is_not_repeated()
    {
        SettingException refusal = Assert.Throws<SettingException>(() => Read(null, "--session:key", "hunter2"));
        Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("7 characters", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--http:prot", "http:port")]
    [InlineData("--http-port", "http:port")]
    [InlineData("--httpPort", "http:port")]
    [InlineData("--server-key", "serverKey")]
    [InlineData("--workers", null)]
    [InlineData("--quite-something-else", null)]
    [InlineData("--port", null)]
    public void An_unknown_name_is_refused_with_the_one_that_was_meant(string argument, string? meant)
    {
        SettingException refusal = Assert.Throws<SettingException>(() => Read(null, argument, "1"));
        Assert.Contains($"There is no setting \"{argument[2..]}\" (from the command line", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(meant is not null, refusal.Message.Contains($"Did you mean {meant}?", StringComparison.Ordinal));
    }

    [Fact]
    public void Unknown_names_in_the_environment_and_the_file_are_refused_too()
    {
        SettingException ofEnvironment = Assert.Throws<SettingException>(() => Read(new Hashtable { ["REALTIME_HTTP_PORT"] = "1" }));
        Assert.Contains("REALTIME_HTTP_PORT", ofEnvironment.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean http:port?", ofEnvironment.Message, StringComparison.Ordinal);
        string file = File("""{ "http": { "prt": 1 } }""");
        SettingException ofFile = Assert.Throws<SettingException>(() => Read());
        Assert.Contains($"\"http:prt\" (from {file})", ofFile.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "must hold a JSON object")]
    [InlineData("7", "must hold a JSON object")]
    [InlineData("", "not valid JSON")]
    [InlineData("""{ "node": null }""", "node (from ")]
    [InlineData("""{ "node": ["a"] }""", "must be a text, a number, true or false")]
    [InlineData("""{ "http": { "port": 7350.5 } }""", "a whole number")]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}""", "not valid JSON")]
    public void A_malformed_file_is_refused(string text, string reason)
    {
        string file = File(text);
        SettingException refusal = Assert.Throws<SettingException>(() => Read());
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("has no value", "--http:port")]
    [InlineData("has no value", "--http:port", "--node", "a")]
    [InlineData("where a --name is expected", "7350")]
    [InlineData("where a --name is expected", "-p", "7350")]
    [InlineData("where a --name is expected", "--")]
    [InlineData("given twice", "--node", "a", "--node=b")]
    [InlineData("given twice", "--node=a", "--NODE=a")]
    public void A_malformed_command_line_is_refused(string reason, params string[] arguments) =>
        Assert.Contains(reason, Assert.Throws<SettingException>(() => Read(null, arguments)).Message, StringComparison.Ordinal);

    [Fact]
    public void Random_command_lines_are_read_or_refused_in_words()
    {
        Foundation.DeterministicRandom random = new(20261120);
        string[] pieces = ["--", "-", "=", "http:port", "node", "insecure", "true", "7350", "", " ", "\0", "é", "--bind", "*", "1.2.3", ":", "serverKey", "x"];
        for (int round = 0; round < 20_000; round++)
        {
            string[] arguments = new string[random.Next(5)];
            for (int i = 0; i < arguments.Length; i++)
            {
                arguments[i] = string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => pieces[random.Next(pieces.Length)]));
            }
            try
            {
                ServerSettings.From(Read(null, arguments));
            }
            catch (SettingException refusal)
            {
                Assert.NotEmpty(refusal.Message);
            }
        }
    }

    private string File(string text) => _folder.Write("appsettings.json", text);

    private SettingValues Read(Hashtable? environment = null, params string[] arguments) =>
        SettingsReader.Read([_folder.Path], environment ?? [], arguments);
}
