using System.Globalization;

namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>A tile's number with its flips, as text.</summary>
internal static class TileNumber
{
    public static uint? Parse(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint raw) ? raw : null;

    public static string Format(uint raw) => raw.ToString(CultureInfo.InvariantCulture);
}
