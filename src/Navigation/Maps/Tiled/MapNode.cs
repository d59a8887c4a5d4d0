namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>
/// An element of a Tiled file in the shape TMX gives it, whichever format it came from, so that one reader understands both.
/// </summary>
internal sealed class MapNode
{
    private Dictionary<string, string>? _attributes;
    private List<MapNode>? _children;

    public MapNode(string kind, string position)
    {
        Kind = kind;
        Position = position;
    }

    public string Kind { get; set; }

    /// <summary>Where in the file, such as <c>line 12</c>; empty if unknown.</summary>
    public string Position { get; }

    public Dictionary<string, string> Attributes => _attributes ??= new(StringComparer.Ordinal);

    public List<MapNode> Children => _children ??= [];

    public string Text { get; set; } = "";

    /// <summary>Of tile data: its text in UTF-8, as it stands in the file.</summary>
    public ReadOnlyMemory<byte> Data { get; set; }

    public MapNode? Child(string kind)
    {
        for (int i = 0; i < (_children?.Count ?? 0); i++)
        {
            MapNode child = _children![i];
            if (child.Kind == kind)
            {
                return child;
            }
        }

        return null;
    }

    public string Get(string attribute, string fallback = "") =>
        _attributes is not null && _attributes.TryGetValue(attribute, out string? value) ? value : fallback;
}
