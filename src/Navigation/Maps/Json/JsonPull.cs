using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RealtimeServer.Navigation.Maps.Json;

/// <summary>
/// Reads a JSON file from front to back and keeps nothing of it, so that memory follows from what is kept, not from what a file holds. It knows where it is: every
/// refusal names
/// the line and the path of names and numbers that leads there.
/// </summary>
internal ref struct JsonPull
{
    private readonly string _file;
    private readonly byte[] _content;
    private readonly int _start; // after a byte order mark
    private readonly List<Step> _path = [];
    private readonly LineCount _lines = new();
    private Utf8JsonReader _reader;

    private JsonPull(string file, byte[] content)
    {
        _file = file;
        _content = content;
        _start = content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        _reader = new Utf8JsonReader(content.AsSpan(_start), new JsonReaderOptions { MaxDepth = Limits.MapDepthMax * 2 });
    }

    public delegate T Body<T>(ref JsonPull json);

    public readonly string File => _file;

    public readonly bool IsObject => _reader.TokenType == JsonTokenType.StartObject;

    public readonly bool IsArray => _reader.TokenType == JsonTokenType.StartArray;

    public readonly bool IsText => _reader.TokenType == JsonTokenType.String;

    public readonly bool IsNumber => _reader.TokenType == JsonTokenType.Number;

    public readonly bool IsNull => _reader.TokenType == JsonTokenType.Null;

    public readonly bool IsTrue => _reader.TokenType == JsonTokenType.True;

    /// <summary>Where in the file it is, such as <c>levels[2].fields (line 31)</c>.</summary>
    public readonly string Place
    {
        get
        {
            StringBuilder text = new();
            foreach (Step step in _path)
            {
                text.Append(step.Name is null ? $"[{step.Index}]" : (text.Length > 0 ? "." : "") + MapText.Short(step.Name));
            }

            int line = _lines.At(_content, _start + (int)_reader.TokenStartIndex);
            return text.Append(text.Length > 0 ? $" (line {line})" : $"line {line}").ToString();
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="body">Reads the value the file consists of.</param>
    /// <exception cref="MapException">It is no JSON, or the body refuses it.</exception>
    public static T Read<T>(string file, byte[] content, Body<T> body)
    {
        try
        {
            JsonPull json = new(file, content);
            json._reader.Read();
            T read = body(ref json);
            if (json._reader.Read())
            {
                throw json.Refuse("Something follows after the end.");
            }

            return read;
        }
        catch (JsonException e)
        {
            // The parser tells the place once more, counted from 0.
            string problem = e.Message.Split(" LineNumber:")[0];
            throw new MapException(file, "", $"line {e.LineNumber + 1}", $"This is not valid JSON: {problem}", e);
        }
    }

    public readonly MapException Refuse(string reason, string layer = "") => new(_file, layer, Place, reason);

    /// <summary>Enters an object.</summary>
    public readonly void BeginObject()
    {
        if (!IsObject)
        {
            throw Refuse($"Here an object {{…}} is expected, not {_reader.TokenType}.");
        }

        _path.Add(new Step("", 0));
    }

    /// <summary>Goes to the value of the next member, or out of the object. The value before must have been read.</summary>
    public bool NextMember(out string name)
    {
        _path.RemoveAt(_path.Count - 1);
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            name = "";
            return false;
        }

        name = String();
        _path.Add(new Step(name, 0));
        _reader.Read();
        return true;
    }

    /// <summary>Enters a list.</summary>
    public readonly void BeginArray()
    {
        if (!IsArray)
        {
            throw Refuse($"Here a list […] is expected, not {_reader.TokenType}.");
        }

        _path.Add(new Step(null, -1));
    }

    /// <summary>Goes to the next item, or out of the list. The item before must have been read.</summary>
    public bool NextItem()
    {
        int index = _path[^1].Index + 1;
        _path.RemoveAt(_path.Count - 1);
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.EndArray)
        {
            return false;
        }

        _path.Add(new Step(null, index));
        return true;
    }

    /// <summary>Passes over the value, whatever it is.</summary>
    public void Skip() => _reader.Skip();

    /// <summary>A text; empty for null.</summary>
    public readonly string Text()
    {
        if (IsNull)
        {
            return "";
        }

        if (!IsText)
        {
            throw Refuse($"Here a text is expected, not {_reader.TokenType}.");
        }

        string text = String();
        return text.Length <= Limits.MapTextCharsMax ? text : throw Refuse($"The text has {text.Length} characters; {Limits.MapTextCharsMax} are allowed.");
    }

    /// <summary>A whole number.</summary>
    public readonly int Int(int min, int max)
    {
        double value = IsNumber && _reader.TryGetDouble(out double read) ? read : double.NaN;
        return value == Math.Floor(value) && value >= min && value <= max
            ? (int)value
            : throw Refuse($"{Shown()} stands where a whole number from {min} to {max} is expected.");
    }

    /// <summary>A number within bounds.</summary>
    public readonly double Number(double min = -1e9, double max = 1e9) =>
        IsNumber && _reader.TryGetDouble(out double value) && value >= min && value <= max
            ? value
            : throw Refuse(string.Create(CultureInfo.InvariantCulture, $"{Shown()} stands where a number from {min} to {max} is expected."));

    public readonly bool Bool() => _reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Refuse($"{Shown()} stands where true or false is expected."),
    };

    /// <summary>A text, number, true, false or null as text.</summary>
    public readonly string Scalar() => _reader.TokenType switch
    {
        JsonTokenType.String => Text(),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Null => "",
        JsonTokenType.Number => Encoding.UTF8.GetString(_reader.ValueSpan),
        _ => throw Refuse("Here a text, a number, true or false is expected."),
    };

    /// <summary>The text of a long value, or all of a list between its brackets, as it stands in the file. Passes over it.</summary>
    public ReadOnlyMemory<byte> Raw()
    {
        int start = _start + (int)_reader.TokenStartIndex + 1;
        if (IsText && _reader.ValueIsEscaped)
        {
            return Encoding.UTF8.GetBytes(String());
        }

        _reader.Skip();
        int end = _start + (int)_reader.BytesConsumed - 1;
        return _content.AsMemory(start, end - start);
    }

    private readonly string Shown() => IsObject || IsArray ? "An object or a list" : $"'{MapText.Short(Scalar())}'";

    private readonly string String()
    {
        try
        {
            return _reader.GetString() ?? "";
        }
        catch (InvalidOperationException e)
        {
            // Half a surrogate pair, which JSON allows to write and .NET refuses to read.
            throw new MapException(_file, "", Place, "A text here is not valid Unicode.", e);
        }
    }

    // Counts on from where it was asked last: places are asked for from front to back.
    private sealed class LineCount
    {
        private int _at;
        private int _line = 1;

        public int At(ReadOnlySpan<byte> content, int at)
        {
            int end = Math.Clamp(at, _at, content.Length);
            _line += content[_at..end].Count((byte)'\n');
            _at = end;
            return _line;
        }
    }

    // A name, or an index.
    private readonly record struct Step(string? Name, int Index);
}
