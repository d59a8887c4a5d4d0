using System.Text;

namespace RealtimeServer.Navigation.Maps;

/// <summary>A map that is refused, in words its designer can act on.</summary>
public sealed class MapException : Exception
{
    public MapException(string file, string layer, string place, string reason, Exception? inner = null)
        : base(Describe(file, layer, place, reason), inner)
    {
        File = file;
        Layer = layer;
        Place = place;
        Reason = reason;
    }

    /// <summary>The map or tileset file.</summary>
    public string File { get; }

    /// <summary>The layer's name; empty if it is not about a layer.</summary>
    public string Layer { get; }

    /// <summary>Row and column (from 0), element or line; empty if it is about the whole.</summary>
    public string Place { get; }

    /// <summary>What is wrong, and what is allowed.</summary>
    public string Reason { get; }

    private static string Describe(string file, string layer, string place, string reason)
    {
        StringBuilder text = new(file);
        text.Append(layer.Length > 0 ? $": layer '{layer}'" : "").Append(place.Length > 0 ? $": {place}" : "");
        return text.Append(": ").Append(reason).ToString();
    }
}
