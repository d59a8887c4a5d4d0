namespace RealtimeServer.Navigation.Maps;

/// <summary>
/// An element of a map file in the shape TMX gives it, whichever format it came from, so that one reader understands both.
/// </summary>
internal sealed class MapNode
{
    public MapNode(string kind, string position)
    {
        Kind = kind;
        Position = position;
    }

    public string Kind { get; }

    /// <summary>Where in the file, such as <c>line 12</c>; empty if unknown.</summary>
    public string Position { get; }

    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    public List<MapNode> Children { get; } = [];

    public string Text { get; set; } = "";

    public MapNode? Child(string kind)
    {
        foreach (MapNode child in Children)
        {
            if (child.Kind == kind)
            {
                return child;
            }
        }

        return null;
    }

    public string Get(string attribute, string fallback = "") => Attributes.GetValueOrDefault(attribute, fallback);
}
