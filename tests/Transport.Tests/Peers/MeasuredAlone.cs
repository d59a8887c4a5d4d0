namespace RealtimeServer.Transport.Peers;

/// <summary>Tests that measure the memory or time of the whole process: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    public const string Name = "measured alone";
}
