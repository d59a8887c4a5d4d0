using RealtimeServer.Navigation.Maps.Json;

namespace RealtimeServer.Navigation.Maps.Meshes;

/// <summary>Reads the JSON of glTF files.</summary>
internal static class GltfJson
{
    private const int IndexMax = 1 << 24;
    private const double CoordinateMax = 1e6;

    private delegate void Reading(ref JsonPull json, string name);

    private delegate T ReadingItem<T>(ref JsonPull json);

    public static GltfDocument Read(ref JsonPull json, MapBudget budget)
    {
        GltfDocument document = new();
        Members(ref json, (ref JsonPull member, string name) =>
        {
            switch (name)
            {
                case "scene":
                    document.Scene = member.Int(0, IndexMax);
                    break;
                case "scenes":
                    Items(ref member, budget, document.Scenes, ReadScene);
                    break;
                case "nodes":
                    Items(ref member, budget, document.Nodes, ReadNode);
                    break;
                case "meshes":
                    Items(ref member, budget, document.Meshes, (ref JsonPull mesh) => ReadMesh(ref mesh, budget));
                    break;
                case "accessors":
                    Items(ref member, budget, document.Accessors, ReadAccessor);
                    break;
                case "bufferViews":
                    Items(ref member, budget, document.Views, ReadView);
                    break;
                case "buffers":
                    Items(ref member, budget, document.Buffers, ReadBuffer);
                    break;
                case "extensionsRequired":
                    Items(ref member, budget, document.Required, (ref JsonPull text) => text.Text());
                    break;
                default:
                    member.Skip();
                    break;
            }
        });
        return document;
    }

    private static List<int> ReadScene(ref JsonPull json)
    {
        List<int> nodes = [];
        Members(ref json, (ref JsonPull member, string name) =>
        {
            if (name == "nodes")
            {
                nodes.AddRange(Numbers(ref member, Limits.MeshNodesMax).Select(ToIndex));
            }
            else
            {
                member.Skip();
            }
        });
        return nodes;
    }

    private static GltfNode ReadNode(ref JsonPull json)
    {
        string text = "";
        int mesh = -1;
        List<int> children = [];
        Dictionary<string, string> extras = new(StringComparer.Ordinal);
        double[]? matrix = null;
        (double[] move, double[] turn, double[] scale) = ([0, 0, 0], [0, 0, 0, 1], [1, 1, 1]);
        Members(ref json, (ref JsonPull member, string name) =>
        {
            switch (name)
            {
                case "name":
                    text = member.Text();
                    break;
                case "mesh":
                    mesh = member.Int(0, IndexMax);
                    break;
                case "children":
                    children.AddRange(Numbers(ref member, Limits.MeshNodesMax).Select(ToIndex));
                    break;
                case "matrix":
                    matrix = Exactly(ref member, 16);
                    break;
                case "translation":
                    move = Exactly(ref member, 3);
                    break;
                case "rotation":
                    turn = Exactly(ref member, 4);
                    break;
                case "scale":
                    scale = Exactly(ref member, 3);
                    break;
                case "extras" when member.IsObject:
                    ReadExtras(ref member, extras);
                    break;
                default:
                    member.Skip();
                    break;
            }
        });
        GltfTransform transform = matrix is null ? GltfTransform.FromParts(move, turn, scale) : GltfTransform.FromColumns(matrix);
        return new GltfNode(text, transform, mesh, children, extras);
    }

    private static void ReadExtras(ref JsonPull json, Dictionary<string, string> extras) => Members(ref json, (ref JsonPull member, string name) =>
    {
        if (member.IsObject || member.IsArray || extras.Count == Limits.MeshExtrasMax)
        {
            member.Skip();
        }
        else
        {
            extras[name] = member.Scalar();
        }
    });

    private static List<GltfPrimitive> ReadMesh(ref JsonPull json, MapBudget budget)
    {
        List<GltfPrimitive> primitives = [];
        Members(ref json, (ref JsonPull member, string name) =>
        {
            if (name == "primitives")
            {
                Items(ref member, budget, primitives, ReadPrimitive);
            }
            else
            {
                member.Skip();
            }
        });
        return primitives;
    }

    private static GltfPrimitive ReadPrimitive(ref JsonPull json)
    {
        (int position, int indices, int mode) = (-1, -1, 4);
        Members(ref json, (ref JsonPull member, string name) =>
        {
            switch (name)
            {
                case "indices":
                    indices = member.Int(0, IndexMax);
                    break;
                case "mode":
                    mode = member.Int(0, 6);
                    break;
                case "attributes":
                    Members(ref member, (ref JsonPull attribute, string kind) =>
                    {
                        if (kind == "POSITION")
                        {
                            position = attribute.Int(0, IndexMax);
                        }
                        else
                        {
                            attribute.Skip();
                        }
                    });
                    break;
                default:
                    member.Skip();
                    break;
            }
        });
        return position >= 0 ? new GltfPrimitive(position, indices, mode) : throw json.Refuse("It has no attribute POSITION.");
    }

    private static GltfAccessor ReadAccessor(ref JsonPull json)
    {
        GltfAccessor accessor = new();
        Members(ref json, (ref JsonPull member, string name) =>
        {
            switch (name)
            {
                case "bufferView":
                    accessor.View = member.Int(0, IndexMax);
                    break;
                case "byteOffset":
                    accessor.Offset = member.Int(0, int.MaxValue);
                    break;
                case "componentType":
                    accessor.Component = member.Int(0, ushort.MaxValue);
                    break;
                case "count":
                    accessor.Count = member.Int(0, 3 * Limits.MeshTrianglesMax);
                    break;
                case "type":
                    accessor.Type = member.Text();
                    break;
                case "normalized":
                    accessor.IsNormalized = member.Bool();
                    break;
                case "sparse":
                    accessor.Sparse = ReadSparse(ref member);
                    break;
                default:
                    member.Skip();
                    break;
            }
        });
        if (accessor.Sparse is { } sparse)
        {
            (sparse.Values.Component, sparse.Values.Type) = (accessor.Component, accessor.Type);
        }

        return accessor;
    }

    private static GltfSparse ReadSparse(ref JsonPull json)
    {
        int count = 0;
        (GltfAccessor indices, GltfAccessor values) = (new(), new());
        Members(ref json, (ref JsonPull member, string name) =>
        {
            switch (name)
            {
                case "count":
                    count = member.Int(0, Limits.MeshVerticesMax);
                    break;
                case "indices":
                    indices = ReadAccessor(ref member);
                    break;
                case "values":
                    values = ReadAccessor(ref member);
                    break;
                default:
                    member.Skip();
                    break;
            }
        });
        (indices.Count, indices.Type, values.Count) = (count, "SCALAR", count);
        return new GltfSparse(count, indices, values);
    }

    private static GltfView ReadView(ref JsonPull json)
    {
        (int buffer, int offset, int length, int stride) = (0, 0, 0, 0);
        Members(ref json, (ref JsonPull member, string name) =>
        {
            switch (name)
            {
                case "buffer":
                    buffer = member.Int(0, IndexMax);
                    break;
                case "byteOffset":
                    offset = member.Int(0, int.MaxValue);
                    break;
                case "byteLength":
                    length = member.Int(0, int.MaxValue);
                    break;
                case "byteStride":
                    stride = member.Int(0, 252);
                    break;
                default:
                    member.Skip();
                    break;
            }
        });
        return new GltfView(buffer, offset, length, stride);
    }

    // The bytes may stand in the text itself, far longer than any other text.
    private static GltfBuffer ReadBuffer(ref JsonPull json)
    {
        ReadOnlyMemory<byte> raw = default;
        Members(ref json, (ref JsonPull member, string name) =>
        {
            if (name == "uri" && member.IsText)
            {
                raw = member.Raw();
            }
            else
            {
                member.Skip();
            }
        });
        return raw.Span.StartsWith("data:"u8) ? new GltfBuffer("", raw) : new GltfBuffer(Uri.UnescapeDataString(System.Text.Encoding.UTF8.GetString(raw.Span)), default);
    }

    private static double[] Exactly(ref JsonPull json, int count)
    {
        List<double> numbers = Numbers(ref json, count);
        return numbers.Count == count ? [.. numbers] : throw json.Refuse($"Here {count} numbers are expected, not {numbers.Count}.");
    }

    private static List<double> Numbers(ref JsonPull json, int max)
    {
        List<double> numbers = [];
        json.BeginArray();
        while (json.NextItem())
        {
            numbers.Add(numbers.Count < max ? json.Number(-CoordinateMax, CoordinateMax) : throw json.Refuse($"The list has more than {max} numbers."));
        }

        return numbers;
    }

    private static int ToIndex(double number) => number == Math.Floor(number) ? (int)number : -1;

    private static void Members(ref JsonPull json, Reading read)
    {
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            read(ref json, name);
        }
    }

    private static void Items<T>(ref JsonPull json, MapBudget budget, List<T> items, ReadingItem<T> read)
    {
        json.BeginArray();
        while (json.NextItem())
        {
            budget.TakeElement(json.File);
            items.Add(read(ref json));
        }
    }
}
