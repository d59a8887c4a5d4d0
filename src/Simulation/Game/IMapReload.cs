using RealtimeServer.Navigation;

namespace RealtimeServer.Simulation.Game;

/// <summary>
/// Implemented by games whose running matches take over a map that its designer has saved anew. Only the ground of changed cells does: the map's objects are those
/// the match began with.
/// </summary>
public interface IMapReload
{
    /// <summary>
    /// Cells of the map have opened, closed or become of another cost; agents that are concerned plan anew by themselves. Called at the start of a tick, for each
    /// part of the change.
    /// </summary>
    /// <param name="changed">The least rectangle that holds the cells.</param>
    void MapChanged(GameContext context, CellRect changed);
}
