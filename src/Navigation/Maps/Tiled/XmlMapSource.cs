using System.Buffers;
using System.Text;
using System.Xml;

namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>Reads TMX, TSX and TX into <see cref="MapNode"/>s. What a DTD says is not looked at, and entities of its own are refused; nothing is fetched.</summary>
internal static class XmlMapSource
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        MaxCharactersInDocument = Limits.MapFileBytesMax,
        MaxCharactersFromEntities = 1024,
    };

    public static MapNode Read(string file, byte[] content, MapBudget budget)
    {
        try
        {
            using MemoryStream stream = new(content, writable: false);
            using XmlReader reader = XmlReader.Create(stream, Settings);
            reader.MoveToContent();
            MapNode root = ReadElement(reader, file, budget, 0);
            while (reader.Read())
            {
                // To the end, so that a file with something broken behind the map is refused too.
            }

            return root;
        }
        catch (XmlException e)
        {
            throw new MapException(file, "", $"line {e.LineNumber} column {e.LinePosition}", $"This is not well-formed XML: {e.Message}", e);
        }
    }

    private static MapNode ReadElement(XmlReader reader, string file, MapBudget budget, int depth)
    {
        string position = reader is IXmlLineInfo info ? $"line {info.LineNumber}" : "";
        if (depth > Limits.MapDepthMax)
        {
            throw new MapException(file, "", position, $"Elements lie more than {Limits.MapDepthMax} deep in each other.");
        }

        budget.TakeElement(file);
        MapNode node = new(reader.LocalName, position);
        bool empty = reader.IsEmptyElement;
        while (reader.MoveToNextAttribute())
        {
            budget.TakeAttribute(file);
            node.Attributes[reader.LocalName] = reader.Value;
        }

        if (!empty)
        {
            if (node.Kind is "data" or "chunk")
            {
                ReadData(reader, node, file, budget, depth);
            }
            else
            {
                ReadContent(reader, node, file, budget, depth);
            }
        }

        return node;
    }

    private static void ReadContent(XmlReader reader, MapNode node, string file, MapBudget budget, int depth)
    {
        StringBuilder text = new();
        while (reader.Read() && reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
            {
                text.Append(reader.Value);
            }
            else if (reader.NodeType == XmlNodeType.Element)
            {
                node.Children.Add(ReadElement(reader, file, budget, depth + 1));
            }
        }

        node.Text = text.ToString();
    }

    // Text that may be as long as the file goes straight into bytes. One element a cell becomes a list of numbers: as nodes they would take a hundred times the
    // layer's size.
    private static void ReadData(XmlReader reader, MapNode node, string file, MapBudget budget, int depth)
    {
        ArrayBufferWriter<byte> text = new();
        char[] part = ArrayPool<char>.Shared.Rent(4096);
        bool any = false;
        while (reader.Read() && reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
            {
                for (int count = reader.ReadValueChunk(part, 0, part.Length); count > 0; count = reader.ReadValueChunk(part, 0, part.Length))
                {
                    Encoding.UTF8.GetBytes(part.AsSpan(0, count), text);
                }
            }
            else if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "tile")
            {
                Encoding.UTF8.GetBytes((any ? "," : "") + (reader.GetAttribute("gid") ?? "0"), text);
                any = true;
                Skip(reader);
            }
            else if (reader.NodeType == XmlNodeType.Element)
            {
                node.Children.Add(ReadElement(reader, file, budget, depth + 1));
            }
        }

        ArrayPool<char>.Shared.Return(part);
        node.Data = text.WrittenMemory;
        if (any)
        {
            node.Attributes["encoding"] = "csv";
        }
    }

    private static void Skip(XmlReader reader)
    {
        if (reader.IsEmptyElement)
        {
            return;
        }

        for (int depth = 1; depth > 0 && reader.Read();)
        {
            depth += reader.NodeType == XmlNodeType.Element && !reader.IsEmptyElement ? 1 : 0;
            depth -= reader.NodeType == XmlNodeType.EndElement ? 1 : 0;
        }
    }
}
