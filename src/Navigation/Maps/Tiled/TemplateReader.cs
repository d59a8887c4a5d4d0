namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>Completes objects that are made from a template (TX, TJ): what an object does not say itself, its template says.</summary>
internal sealed class TemplateReader(MapValues values, MapFiles files, TilesetReader tilesets)
{
    private static readonly string[] Shapes = ["polygon", "polyline", "point", "ellipse", "capsule", "text"];

    private readonly Dictionary<string, MapNode> _templates = new(StringComparer.Ordinal);

    /// <summary>The object with all that its template adds; itself if it has none.</summary>
    public MapNode Complete(MapNode item)
    {
        string source = item.Get("template");
        if (source.Length == 0)
        {
            return item;
        }

        if (!_templates.TryGetValue(source, out MapNode? template))
        {
            template = ReadTemplate(item, source);
            _templates.Add(source, template);
        }

        return Merge(item, template);
    }

    private MapNode ReadTemplate(MapNode item, string source)
    {
        MapNode root;
        string path;
        try
        {
            byte[] content = files.ReadNamed(values.File, "", source, out path);
            root = TiledSource.Read(path, content, files.Budget);
        }
        catch (MapException e) when (e.File == values.File)
        {
            throw values.Refuse(item, e.Reason);
        }

        if (root.Kind != "template" || root.Child("object") is not { } template)
        {
            throw values.Refuse(item, $"The file '{MapText.Short(source)}' is not a template.");
        }

        if (template.Get("template").Length > 0)
        {
            throw values.Refuse(item, $"The template '{MapText.Short(source)}' is made from a template itself.");
        }

        if (template.Get("gid").Length > 0)
        {
            Renumber(root, template, path);
        }

        return template;
    }

    // A template counts its tile from its own first tile; the map has the same set elsewhere.
    private void Renumber(MapNode root, MapNode template, string path)
    {
        MapNode set = root.Child("tileset") ?? throw new MapException(path, "", "template", "Its object has a tile, but the template has no tileset.");
        MapValues own = new(path, files.Budget, values.Types);
        int first = own.Integer(set, "firstgid", 1, 1, (int)TileLayer.GidMask);
        uint raw = TileNumber.Parse(template.Get("gid")) ?? throw own.Refuse(template, $"Its tile '{MapText.Short(template.Get("gid"))}' is no number.");
        long gid = (raw & TileLayer.GidMask) - first + tilesets.FirstOf(path, set);
        if (gid is < 1 or > TileLayer.GidMask)
        {
            throw own.Refuse(template, $"Its tile '{MapText.Short(template.Get("gid"))}' is in no tileset.");
        }

        template.Attributes["gid"] = TileNumber.Format((raw & ~TileLayer.GidMask) | (uint)gid);
    }

    private static MapNode Merge(MapNode item, MapNode template)
    {
        MapNode merged = new(item.Kind, item.Position);
        foreach ((string name, string value) in template.Attributes)
        {
            merged.Attributes[name] = value;
        }

        merged.Attributes.Remove("id");
        foreach ((string name, string value) in item.Attributes)
        {
            merged.Attributes[name] = value;
        }

        MapNode shaped = Shapes.Any(shape => item.Child(shape) is not null) ? item : template;
        merged.Children.AddRange(shaped.Children.Where(child => Shapes.Contains(child.Kind)));

        // Properties of the object come last and so win.
        MapNode properties = new("properties", "");
        properties.Children.AddRange(template.Child("properties")?.Children ?? []);
        properties.Children.AddRange(item.Child("properties")?.Children ?? []);
        merged.Children.Add(properties);
        return merged;
    }
}
