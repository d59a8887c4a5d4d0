using System.Globalization;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>Reads the attributes of one file's elements; each refusal names the file, the layer and the element.</summary>
internal sealed class MapValues
{
    public MapValues(string file, MapBudget budget, ProjectTypes types)
    {
        File = file;
        Budget = budget;
        Types = types;
    }

    public string File { get; }

    public MapBudget Budget { get; }

    /// <summary>What the designer's project says of classes and enumerations.</summary>
    public ProjectTypes Types { get; }

    /// <summary>The layer that is being read; empty outside of layers.</summary>
    public string Layer { get; set; } = "";

    public MapException Refuse(MapNode node, string reason) => new(File, Layer, Place(node), reason);

    public int Integer(MapNode node, string attribute, int? fallback, int min, int max)
    {
        if (!node.Attributes.TryGetValue(attribute, out string? text) || text.Length == 0)
        {
            return fallback ?? throw Refuse(node, $"'{attribute}' is missing.");
        }

        // Some exports write whole numbers as 32.0.
        bool whole = double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && value == Math.Floor(value);
        return whole && value >= min && value <= max
            ? (int)value
            : throw Refuse(node, $"'{attribute}' is '{MapText.Short(text)}'; a whole number from {min} to {max} is expected.");
    }

    /// <summary>A number of pixels; bounded so that what is computed from it stays finite and exact enough.</summary>
    public float Number(MapNode node, string attribute, float fallback) =>
        node.Attributes.TryGetValue(attribute, out string? text) && text.Length > 0 ? ParseNumber(node, attribute, text) : fallback;

    public float ParseNumber(MapNode node, string what, string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && Math.Abs(value) <= 1e9f
            ? value
            : throw Refuse(node, $"'{what}' is '{MapText.Short(text)}'; a number from -1e9 to 1e9 is expected.");

    public string Name(MapNode node, string attribute)
    {
        string text = node.Get(attribute);
        return text.Length <= Limits.MapTextCharsMax
            ? text
            : throw Refuse(node, $"'{attribute}' has {text.Length} characters; {Limits.MapTextCharsMax} are allowed.");
    }

    /// <summary>Objects and tiles have called it <c>type</c> before Tiled 1.9 and since 1.10.</summary>
    public string ClassOf(MapNode node)
    {
        string name = Name(node, "class");
        return name.Length > 0 ? name : Name(node, "type");
    }

    /// <summary>The properties of an element, and those its class has by default.</summary>
    public Dictionary<string, string> Properties(MapNode node)
    {
        Dictionary<string, string> properties = WrittenProperties(node);
        Complete(ClassOf(node), properties);
        return properties;
    }

    /// <summary>The properties of an element; of those that are classes, also what the classes have by default.</summary>
    public Dictionary<string, string> WrittenProperties(MapNode node)
    {
        Dictionary<string, string> properties = new(StringComparer.Ordinal);
        AddProperties(node, "", properties);
        return properties;
    }

    /// <summary>Adds what a class has by default.</summary>
    public void Complete(string type, Dictionary<string, string> properties) => Types.Complete(type, "", properties, TakeProperty);

    /// <summary>The points of a polygon or polyline, in pixels from its object's position.</summary>
    public Vec2[] Points(MapNode shape)
    {
        string[] pairs = shape.Get("points").Split((char[]?)null, Limits.MapPointsMax + 1, StringSplitOptions.RemoveEmptyEntries);
        if (pairs.Length == 0)
        {
            throw Refuse(shape, "It has no points.");
        }

        Budget.TakePoints(File, Layer, pairs.Length);
        Vec2[] points = new Vec2[pairs.Length];
        for (int i = 0; i < pairs.Length; i++)
        {
            int comma = pairs[i].IndexOf(',', StringComparison.Ordinal);
            if (comma < 0)
            {
                throw Refuse(shape, $"Point {i} is '{MapText.Short(pairs[i])}'; two numbers with a comma are expected.");
            }

            points[i] = new Vec2(ParseNumber(shape, $"x of point {i}", pairs[i][..comma]), ParseNumber(shape, $"y of point {i}", pairs[i][(comma + 1)..]));
        }

        return points;
    }

    private void AddProperties(MapNode node, string prefix, Dictionary<string, string> properties)
    {
        foreach (MapNode property in node.Child("properties")?.Children ?? [])
        {
            if (property.Kind != "property")
            {
                continue;
            }

            TakeProperty();
            string name = prefix + Name(property, "name");
            if (name.Length == prefix.Length || name.Length > Limits.MapPropertyNameCharsMax)
            {
                throw Refuse(property, "A property needs a name of sensible length.");
            }

            // Members of a class property are named property.member. Long texts of TMX stand between the tags.
            string type = property.Get("propertytype");
            if (property.Child("properties") is not null || property.Get("type") == "class")
            {
                AddProperties(property, name + ".", properties);
                Types.Complete(type, name + ".", properties, TakeProperty);
                continue;
            }

            string value = Types.NameOf(type, property.Attributes.ContainsKey("value") ? Name(property, "value") : property.Text);
            properties[name] = value.Length <= Limits.MapTextCharsMax
                ? value
                : throw Refuse(property, $"Its text has more than {Limits.MapTextCharsMax} characters.");
        }
    }

    private void TakeProperty() => Budget.TakeProperty(File, Layer);

    private static string Place(MapNode node)
    {
        string id = node.Attributes.TryGetValue("id", out string? number) ? " " + MapText.Short(number) : "";
        string name = node.Get("name").Length > 0 ? $" '{MapText.Short(node.Get("name"))}'" : "";
        string position = node.Position.Length > 0 ? $" ({node.Position})" : "";
        return $"{MapText.Short(node.Kind)}{id}{name}{position}";
    }
}
