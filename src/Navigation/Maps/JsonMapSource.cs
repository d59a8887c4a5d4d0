using System.Text;
using System.Text.Json;

namespace RealtimeServer.Navigation.Maps;

/// <summary>Reads TMJ and TSJ into <see cref="MapNode"/>s in the shape TMX has: lists become child elements, shapes become elements.</summary>
internal static class JsonMapSource
{
    public static MapNode Read(string file, byte[] content, MapBudget budget)
    {
        try
        {
            ReadOnlyMemory<byte> bytes = content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? content.AsMemory(3) : content;
            using JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = Limits.MapDepthMax * 2 });
            Reader reader = new(file, budget);
            string kind = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("type", out JsonElement type)
                && type.ValueKind == JsonValueKind.String ? type.GetString() ?? "" : "map";
            return reader.ReadObject(document.RootElement, kind, 0);
        }
        catch (JsonException e)
        {
            throw new MapException(file, "", $"line {e.LineNumber + 1}", $"This is not valid JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // Only text with half a surrogate pair, which JSON allows to write and .NET refuses to read.
            throw new MapException(file, "", "", "A text in this file is not valid Unicode.", e);
        }
    }

    private sealed class Reader
    {
        private readonly string _file;
        private readonly MapBudget _budget;

        public Reader(string file, MapBudget budget)
        {
            _file = file;
            _budget = budget;
        }

        public MapNode ReadObject(JsonElement element, string kind, int depth)
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw new MapException(_file, "", kind, $"Here an object {{…}} is expected, not {element.ValueKind}.");
            }

            if (depth > Limits.MapDepthMax)
            {
                throw new MapException(_file, "", kind, $"Elements lie more than {Limits.MapDepthMax} deep in each other.");
            }

            _budget.TakeElement(_file);
            MapNode node = new(kind, "");
            foreach (JsonProperty property in element.EnumerateObject())
            {
                ReadMember(node, property.Name, property.Value, depth);
            }

            return node;
        }

        private void ReadMember(MapNode node, string name, JsonElement value, int depth)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Array:
                    ReadList(node, name, value, depth);
                    break;
                case JsonValueKind.Object when name is "text":
                    node.Children.Add(new MapNode(name, ""));
                    break;
                case JsonValueKind.Object when name is "value":
                    node.Children.Add(ReadClassValue(value, depth + 1));
                    break;
                case JsonValueKind.Object:
                    break;
                case JsonValueKind.True when name is "point" or "ellipse" or "capsule":
                    node.Children.Add(new MapNode(name, ""));
                    break;
                case JsonValueKind.String when name == "data":
                    node.Children.Add(new MapNode("data", "") { Text = value.GetString() ?? "" });
                    break;
                default:
                    node.Attributes[name] = Scalar(value);
                    break;
            }
        }

        private void ReadList(MapNode node, string name, JsonElement list, int depth)
        {
            switch (name)
            {
                case "data":
                    string raw = list.GetRawText();
                    node.Children.Add(new MapNode("data", "") { Text = raw[1..^1], Attributes = { ["encoding"] = "csv" } });
                    break;
                case "polygon" or "polyline":
                    node.Children.Add(new MapNode(name, "") { Attributes = { ["points"] = ReadPoints(list, name) } });
                    break;
                case "properties":
                    MapNode properties = new("properties", "");
                    node.Children.Add(properties);
                    AddAll(properties, list, "property", depth + 1);
                    break;
                case "layers":
                    foreach (JsonElement layer in list.EnumerateArray())
                    {
                        node.Children.Add(ReadObject(layer, LayerKind(layer), depth + 1));
                    }

                    break;
                case "chunks":
                    node.Children.Add(new MapNode("chunk", ""));
                    break;
                case "tilesets" or "tiles" or "objects":
                    AddAll(node, list, name[..^1], depth + 1);
                    break;
                default:
                    break;
            }
        }

        private void AddAll(MapNode parent, JsonElement list, string kind, int depth)
        {
            foreach (JsonElement item in list.EnumerateArray())
            {
                parent.Children.Add(ReadObject(item, kind, depth));
            }
        }

        // The members of a class property: an object of plain values and further classes.
        private MapNode ReadClassValue(JsonElement value, int depth)
        {
            MapNode members = new("properties", "");
            foreach (JsonProperty member in value.EnumerateObject())
            {
                _budget.TakeElement(_file);
                MapNode property = new("property", "") { Attributes = { ["name"] = member.Name } };
                if (member.Value.ValueKind == JsonValueKind.Object && depth < Limits.MapDepthMax)
                {
                    property.Children.Add(ReadClassValue(member.Value, depth + 1));
                }
                else
                {
                    property.Attributes["value"] = Scalar(member.Value);
                }

                members.Children.Add(property);
            }

            return members;
        }

        private string ReadPoints(JsonElement list, string kind)
        {
            StringBuilder points = new();
            foreach (JsonElement point in list.EnumerateArray())
            {
                MapNode node = ReadObject(point, kind, 0);
                points.Append(points.Length > 0 ? " " : "").Append(node.Get("x", "?")).Append(',').Append(node.Get("y", "?"));
            }

            return points.ToString();
        }

        private static string LayerKind(JsonElement layer)
        {
            string type = layer.ValueKind == JsonValueKind.Object && layer.TryGetProperty("type", out JsonElement value)
                && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";
            return type == "tilelayer" ? "layer" : type;
        }

        private static string Scalar(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() ?? "",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Null => "",
            _ => value.GetRawText(),
        };
    }
}
