using System.Globalization;
using System.Text.Json;
using RealtimeServer.Simulation;

namespace RealtimeServer.Matches.Simulated;

/// <summary>
/// Saves what a failed match was told, for the author of its game: the input log, and beside it as JSON the setup that it belongs to.
/// </summary>
internal static class ReplayFiles
{
    /// <summary>The log's path; null if there is no folder or it cannot be written. Never throws: the match has failed already.</summary>
    public static string? TrySave(string? folder, MatchId id, MatchRequest request, MatchSimulation simulation, Exception failure)
    {
        if (folder is null)
        {
            return null;
        }

        try
        {
            Directory.CreateDirectory(folder);
            string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{id.Value:D}-{simulation.Tick}.replay"));
            using (FileStream log = File.Create(path))
            {
                simulation.Log.Write(log);
            }

            using FileStream setup = File.Create(Path.ChangeExtension(path, ".json"));
            WriteSetup(setup, request, simulation, failure);
            return path;
        }
        catch (Exception)
        {
            // A full disk, or a log still being written to by a stuck tick.
            return null;
        }
    }

    private static void WriteSetup(Stream file, MatchRequest request, MatchSimulation simulation, Exception failure)
    {
        using Utf8JsonWriter writer = new(file, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("game", simulation.Setup.Game.Name);
        writer.WriteString("map", simulation.Setup.MapName);
        writer.WriteString("seed", simulation.Setup.Seed.ToString(CultureInfo.InvariantCulture));
        writer.WriteStartObject("parameters");
        foreach ((string name, string value) in request.Parameters ?? new Dictionary<string, string>())
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteNumber("tick", simulation.Tick.Value);
        writer.WriteString("failure", failure.ToString());
        writer.WriteEndObject();
    }
}
