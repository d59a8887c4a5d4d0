namespace RealtimeServer.Navigation;

/// <summary>A test that needs data from outside of the repository; skipped, with its reason, where that is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(string name)
    {
        if (TestData.FindShared(name) is null)
        {
            Skip = $"There is no folder shared/data/{name} above the tests.";
        }
    }
}

/// <inheritdoc cref="SharedDataFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute(string name)
    {
        if (TestData.FindShared(name) is null)
        {
            Skip = $"There is no folder shared/data/{name} above the tests.";
        }
    }
}
