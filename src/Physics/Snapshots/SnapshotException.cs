namespace RealtimeServer.Physics.Snapshots;

/// <summary>Bytes that are no snapshot of this version, are damaged, or fit another world. The world they were meant for is unchanged.</summary>
public sealed class SnapshotException : Exception
{
    public SnapshotException()
    {
    }

    public SnapshotException(string message)
        : base(message)
    {
    }

    public SnapshotException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
