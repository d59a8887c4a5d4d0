namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>Tells XML (TMX, TSX, TX) from JSON (TMJ, TSJ, TJ) by the first sign, as their endings are often wrong.</summary>
internal static class TiledSource
{
    public static MapNode Read(string file, byte[] content, MapBudget budget)
    {
        foreach (byte b in content)
        {
            if (b == '<')
            {
                return XmlMapSource.Read(file, content, budget);
            }

            if (b is (byte)'{' or (byte)'[')
            {
                return JsonMapSource.Read(file, content, budget);
            }
        }

        throw new MapException(file, "", "", "This is neither XML (TMX, TSX, TX) nor JSON (TMJ, TSJ, TJ).");
    }
}
