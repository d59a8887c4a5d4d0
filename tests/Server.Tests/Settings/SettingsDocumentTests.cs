namespace RealtimeServer.Server.Settings;

public sealed class SettingsDocumentTests
{
    [Fact]
    public void The_table_in_the_documentation_is_the_one_in_the_code()
    {
        string document = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "settings.md"));
        Assert.True(
            document.Contains(SettingsTable.Markdown(), StringComparison.Ordinal),
            $"docs/settings.md must hold this table:\n\n{SettingsTable.Markdown()}");
    }

    [Fact]
    public void Help_names_every_setting_with_its_default()
    {
        string help = SettingsTable.Help();
        Assert.All(SettingsTable.All, s => Assert.Contains($"--{s.Name} ", help, StringComparison.Ordinal));
        Assert.Contains("default 7350", help, StringComparison.Ordinal);
        Assert.All(help.Split('\n'), line => Assert.True(line.Length <= 130, line));
    }

    [Fact]
    public void Names_and_their_environment_forms_are_unique()
    {
        Assert.Equal(SettingsTable.All.Count, SettingsTable.All.Select(s => s.Name.ToUpperInvariant()).Distinct().Count());
        Assert.Equal("REALTIME_SESSION__REFRESHKEY", SettingsTable.Find("session:refreshkey")!.EnvironmentName);
    }
}
