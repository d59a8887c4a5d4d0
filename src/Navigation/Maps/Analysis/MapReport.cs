namespace RealtimeServer.Navigation.Maps.Analysis;

/// <summary>How bad a finding is.</summary>
public enum MapSeverity : byte
{
    /// <summary>Worth a look; it may be meant so.</summary>
    Warning,

    /// <summary>The map cannot be played as it is.</summary>
    Error,
}

/// <summary>Something in a map its designer should know.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Place">The cell it is about.</param>
/// <param name="Text">What it is.</param>
public sealed record MapFinding(MapSeverity Severity, Cell Place, string Text);

/// <summary>Open cells that can reach each other.</summary>
/// <param name="Cells">How many.</param>
/// <param name="First">The first of them, row by row.</param>
public sealed record MapArea(int Cells, Cell First);

/// <summary>A narrow way between two wider parts of a map.</summary>
/// <param name="Place">Where it is narrowest.</param>
/// <param name="Width">Cells side by side there.</param>
/// <param name="IsOnlyWay">True if nothing else leads from one of its sides to another.</param>
/// <param name="CellsBehind">Open cells of the smaller side; 0 if there is another way.</param>
public sealed record ChokePoint(Cell Place, int Width, bool IsOnlyWay, int CellsBehind);

/// <summary>What a check has found.</summary>
/// <param name="OpenCells">How many cells are open.</param>
/// <param name="Areas">The largest first.</param>
/// <param name="Findings">Errors first.</param>
/// <param name="ChokePoints">Those that are the only way first, the narrowest first.</param>
public sealed record MapReport(int OpenCells, IReadOnlyList<MapArea> Areas, IReadOnlyList<MapFinding> Findings, IReadOnlyList<ChokePoint> ChokePoints)
{
    public bool HasErrors => Findings.Any(finding => finding.Severity == MapSeverity.Error);
}
