using RealtimeServer.Services.Data.Postgres;

namespace RealtimeServer.Services.Data;

public sealed class PostgresVersionsTests
{
    [Theory]
    [InlineData("9.6.24")]
    [InlineData("11.22")]
    public void An_older_one_is_refused_by_its_name(string version)
    {
        DatabaseException exception = Assert.Throws<DatabaseException>(() => PostgresVersions.Require("PostgreSQL h:5432/d", Version.Parse(version)));
        Assert.Equal($"The database PostgreSQL h:5432/d is version {version}; it must be 12 to 17. Upgrade it, or use another.", exception.Message);
    }

    [Theory]
    [InlineData("12.0", "PostgreSQL h:5432/d (version 12.0)")]
    [InlineData("17.9", "PostgreSQL h:5432/d (version 17.9)")]
    [InlineData("18.1", "PostgreSQL h:5432/d (version 18.1, newer than the 17 this server is tested with)")]
    public void The_others_are_named(string version, string description)
    {
        PostgresVersions.Require("PostgreSQL h:5432/d", Version.Parse(version));
        Assert.Equal(description, PostgresVersions.Describe("PostgreSQL h:5432/d", Version.Parse(version)));
    }

    [Fact]
    public void A_database_says_which_it_is()
    {
        using TestDatabase place = new(Engine.Postgres);
        using Database database = place.Open([]);
        Assert.Matches(@"^PostgreSQL 127\.0\.0\.1:\d+/test\d+ \(version 1\d\.\d+\)$", database.Description);
    }
}
