namespace RealtimeServer.Server;

/// <summary>Tests that need the machine for themselves: they watch a clock, or load every core.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
