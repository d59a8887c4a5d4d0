using System.Text;
using RealtimeServer.Navigation.Maps.Json;

namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>Reads TMJ, TSJ and TJ into <see cref="MapNode"/>s in the shape TMX has: lists become child elements, shapes become elements.</summary>
internal static class JsonMapSource
{
    public static MapNode Read(string file, byte[] content, MapBudget budget) => JsonPull.Read(file, content, (ref JsonPull json) =>
    {
        Reader reader = new(budget);
        MapNode root = reader.ReadObject(ref json, "map");
        root.Kind = root.Get("type", "map");
        return root;
    });

    private sealed class Reader(MapBudget budget)
    {
        public MapNode ReadObject(ref JsonPull json, string kind)
        {
            json.BeginObject();
            budget.TakeElement(json.File);
            MapNode node = new(kind, json.Place);
            while (json.NextMember(out string name))
            {
                ReadMember(ref json, node, name);
            }

            return node;
        }

        private void ReadMember(ref JsonPull json, MapNode node, string name)
        {
            if (json.IsArray)
            {
                ReadList(ref json, node, name);
            }
            else if (json.IsObject)
            {
                ReadChild(ref json, node, name);
            }
            else if (name == "data" && json.IsText)
            {
                node.Children.Add(new MapNode("data", "") { Data = json.Raw() });
            }
            else if (name is "point" or "ellipse" or "capsule" && json.IsTrue)
            {
                node.Children.Add(new MapNode(name, ""));
            }
            else
            {
                budget.TakeAttribute(json.File);
                node.Attributes[name] = json.Scalar();
            }
        }

        private void ReadChild(ref JsonPull json, MapNode node, string name)
        {
            switch (name)
            {
                case "text":
                    json.Skip();
                    node.Children.Add(new MapNode(name, ""));
                    break;
                case "value":
                    node.Children.Add(ReadClassValue(ref json));
                    break;
                case "objectgroup" or "tileset" or "object" or "grid" or "tileoffset":
                    node.Children.Add(ReadObject(ref json, name));
                    break;
                case "properties":
                    // As it was before Tiled 1.2: an object of plain values.
                    node.Children.Add(ReadClassValue(ref json));
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        private void ReadList(ref JsonPull json, MapNode node, string name)
        {
            switch (name)
            {
                case "data":
                    node.Children.Add(new MapNode("data", "") { Data = json.Raw(), Attributes = { ["encoding"] = "csv" } });
                    break;
                case "polygon" or "polyline":
                    node.Children.Add(new MapNode(name, json.Place) { Attributes = { ["points"] = ReadPoints(ref json, name) } });
                    break;
                case "properties":
                    MapNode properties = new("properties", "");
                    node.Children.Add(properties);
                    AddAll(ref json, properties, "property");
                    break;
                case "layers":
                    int first = node.Children.Count;
                    AddAll(ref json, node, "");
                    foreach (MapNode layer in node.Children.Skip(first))
                    {
                        layer.Kind = layer.Get("type") == "tilelayer" ? "layer" : layer.Get("type");
                    }

                    break;
                case "chunks":
                    MapNode data = new("data", "");
                    node.Children.Add(data);
                    AddAll(ref json, data, "chunk");
                    break;
                case "tilesets" or "tiles" or "objects":
                    AddAll(ref json, node, name[..^1]);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        private void AddAll(ref JsonPull json, MapNode parent, string kind)
        {
            json.BeginArray();
            while (json.NextItem())
            {
                parent.Children.Add(ReadObject(ref json, kind));
            }
        }

        // The members of a class property: an object of plain values and further classes.
        private MapNode ReadClassValue(ref JsonPull json)
        {
            MapNode members = new("properties", "");
            json.BeginObject();
            while (json.NextMember(out string name))
            {
                budget.TakeElement(json.File);
                MapNode property = new("property", json.Place) { Attributes = { ["name"] = name } };
                members.Children.Add(property);
                if (json.IsObject)
                {
                    property.Children.Add(ReadClassValue(ref json));
                }
                else if (json.IsArray)
                {
                    json.Skip();
                }
                else
                {
                    property.Attributes["value"] = json.Scalar();
                }
            }

            return members;
        }

        private string ReadPoints(ref JsonPull json, string kind)
        {
            StringBuilder points = new();
            json.BeginArray();
            while (json.NextItem())
            {
                MapNode node = ReadObject(ref json, kind);
                points.Append(points.Length > 0 ? " " : "").Append(node.Get("x", "?")).Append(',').Append(node.Get("y", "?"));
            }

            return points.ToString();
        }
    }
}
