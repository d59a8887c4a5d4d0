using System.Text.Json;

namespace RealtimeServer.Services.Search;

/// <summary>
/// What is searched: fields by name, each with any number of values. Made of JSON, an object inside another becomes a dotted name, an
/// array several values of one name; booleans are the texts T and F.
/// </summary>
public sealed class SearchDocument
{
    private readonly List<(string Field, SearchValue Value)> _values = [];

    /// <summary>Values there are; what would exceed <see cref="Limits.DocumentValuesMax"/> is not searchable.</summary>
    public int Count => _values.Count;

    internal IReadOnlyList<(string Field, SearchValue Value)> Values => _values;

    public SearchDocument Add(string field, string text) => Add(field, SearchValue.Of(text));

    public SearchDocument Add(string field, double number) => Add(field, SearchValue.Of(number));

    public SearchDocument Add(string field, bool flag) => Add(field, SearchValue.Of(flag));

    /// <summary>Adds the fields of a JSON object.</summary>
    /// <param name="prefix">Stands before each name, with a dot; empty for none.</param>
    /// <param name="json">A text that is no JSON object adds nothing.</param>
    /// <param name="only">The names of the outermost object that are taken; null: all.</param>
    public SearchDocument AddJson(string prefix, string json, IReadOnlySet<string>? only = null)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Limits.StorageValueDepthMax });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty property in document.RootElement.EnumerateObject())
                {
                    if (only is null || only.Contains(property.Name))
                    {
                        AddElement(Join(prefix, property.Name), property.Value);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or text with half a surrogate pair: nothing more to find in it.
        }
        return this;
    }

    internal SearchDocument Add(string field, SearchValue value)
    {
        if (_values.Count < Limits.DocumentValuesMax)
        {
            _values.Add((field, value));
        }
        return this;
    }

    private static string Join(string prefix, string name) => prefix.Length == 0 ? name : prefix + "." + name;

    private void AddElement(string field, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    AddElement(Join(field, property.Name), property.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    AddElement(field, item);
                }
                break;
            case JsonValueKind.String:
                Add(field, element.GetString()!);
                break;
            case JsonValueKind.Number:
                Add(field, element.GetDouble());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                Add(field, element.GetBoolean());
                break;
        }
    }
}
