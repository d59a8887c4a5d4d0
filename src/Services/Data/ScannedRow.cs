namespace RealtimeServer.Services.Data;

/// <summary>A row of <see cref="Database.ScanAsync"/>, while it is being taken: columns by their position, from 0.</summary>
public abstract class ScannedRow
{
    public abstract long Number(int column);

    public abstract Guid Id(int column);
}
