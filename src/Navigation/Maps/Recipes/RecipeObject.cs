using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps.Json;

namespace RealtimeServer.Navigation.Maps.Recipes;

/// <summary>Reads an object of a <c>.map.json</c>: a point, a rectangle, an ellipse, a polygon or a line, in cells.</summary>
internal sealed class RecipeObject
{
    private readonly Dictionary<string, string> _properties = new(StringComparer.Ordinal);
    private readonly List<Vec2> _points = [];
    private string _name = "";
    private string _class = "";
    private string _shape = "";
    private Vec2 _position;
    private Vec2 _size;

    public static MapObject Read(ref JsonPull json, int id, FlagNames flags, MapBudget budget)
    {
        RecipeObject read = new();
        budget.TakeObject(json.File, "");
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            read.ReadMember(ref json, name, budget);
        }

        GroundRule rule = GroundProperties.Read(read._properties, read._class, flags, out string problem);
        MapShape? shape = read.Shape();
        if (problem.Length > 0 || shape is null)
        {
            throw json.Refuse(problem.Length > 0 ? problem : "Its 'shape' must be point, rectangle, ellipse, polygon or polyline, and fit what else it has.");
        }

        Vec2[] outline = shape.Value switch
        {
            MapShape.Rectangle => MapOutline.Rectangle(read._position, read._size),
            MapShape.Ellipse => MapOutline.Ellipse(read._position, read._size),
            MapShape.Point => [],
            _ => [.. read._points],
        };
        budget.TakePoints(json.File, "", outline.Length);
        return new MapObject(id, read._name, read._class, shape.Value, read._position, read._size, read._points.ToArray(), read._properties)
        {
            OutlinePoints = outline,
            Rule = rule,
        };
    }

    private void ReadMember(ref JsonPull json, string name, MapBudget budget)
    {
        switch (name)
        {
            case "name":
                _name = json.Text();
                break;
            case "class":
                _class = json.Text();
                break;
            case "shape":
                _shape = json.Text();
                break;
            case "x":
                _position = _position with { X = (float)json.Number() };
                break;
            case "y":
                _position = _position with { Y = (float)json.Number() };
                break;
            case "width":
                _size = _size with { X = (float)json.Number(0) };
                break;
            case "height":
                _size = _size with { Y = (float)json.Number(0) };
                break;
            case "points":
                ReadPoints(ref json, budget);
                break;
            case "properties":
                RecipeReader.ReadProperties(ref json, _properties, budget);
                break;
            default:
                throw json.Refuse($"There is no '{MapText.Short(name)}' here; there are name, class, shape, x, y, width, height, points and properties.");
        }
    }

    private void ReadPoints(ref JsonPull json, MapBudget budget)
    {
        Span<float> pair = stackalloc float[2];
        json.BeginArray();
        while (json.NextItem())
        {
            budget.TakePoints(json.File, "", 1);
            int count = 0;
            json.BeginArray();
            while (json.NextItem())
            {
                if (count == pair.Length)
                {
                    throw json.Refuse("A point has two numbers.");
                }

                pair[count++] = (float)json.Number();
            }

            _points.Add(count == pair.Length ? new Vec2(pair[0], pair[1]) : throw json.Refuse("A point has two numbers."));
        }
    }

    private MapShape? Shape() => (_shape, _points.Count, _size != Vec2.Zero) switch
    {
        ("point", 0, false) or ("", 0, false) => MapShape.Point,
        ("rectangle", 0, true) or ("", 0, true) => MapShape.Rectangle,
        ("ellipse", 0, true) => MapShape.Ellipse,
        ("polygon", > 2, false) or ("", > 2, false) => MapShape.Polygon,
        ("polyline", > 1, false) => MapShape.Polyline,
        _ => null,
    };
}
