using System.Globalization;
using RealtimeServer.Navigation.Maps.Json;

namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>
/// The classes and enumerations of a Tiled project (<c>.tiled-project</c>): what members of a class have as long as nobody has changed them, which the editor does not
/// write into maps, and the names of values that it writes as numbers.
/// </summary>
internal sealed class ProjectTypes
{
    /// <summary>The ending of project files.</summary>
    public const string Ending = ".tiled-project";

    private readonly Dictionary<string, IReadOnlyList<Member>> _classes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NumberedValues> _numbered = new(StringComparer.Ordinal);

    private ProjectTypes()
    {
    }

    /// <summary>Of a map without a project.</summary>
    public static ProjectTypes None { get; } = new();

    /// <exception cref="MapException">The project is refused.</exception>
    public static ProjectTypes Read(string file, byte[] content, MapBudget budget) => JsonPull.Read(file, content, (ref JsonPull json) =>
    {
        ProjectTypes types = new();
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            if (name != "propertyTypes" || !json.IsArray)
            {
                json.Skip();
                continue;
            }

            json.BeginArray();
            while (json.NextItem())
            {
                types.ReadType(ref json, budget);
            }
        }

        return types;
    });

    /// <summary>The name, or names with commas, of a value of an enumeration that is written as a number; other texts as they are.</summary>
    public string NameOf(string type, string text) => _numbered.TryGetValue(type, out NumberedValues? values) ? values.NameOf(text) : text;

    /// <summary>Adds what members of a class have by default where the properties do not say it.</summary>
    /// <param name="type">The class; nothing happens for one the project does not have.</param>
    /// <param name="prefix">What the names of its members begin with: <c>property.</c> for a property of the class.</param>
    /// <param name="properties">Completed.</param>
    /// <param name="take">Called for each property that is added.</param>
    public void Complete(string type, string prefix, Dictionary<string, string> properties, Action take) => Complete(type, prefix, properties, take, 0);

    private void Complete(string type, string prefix, Dictionary<string, string> properties, Action take, int depth)
    {
        // A class that contains itself, which the editor does not allow, ends here.
        if (depth > Limits.MapDepthMax || prefix.Length > Limits.MapPropertyNameCharsMax || !_classes.TryGetValue(type, out IReadOnlyList<Member>? members))
        {
            return;
        }

        foreach (Member member in members)
        {
            string name = prefix + member.Name;
            foreach ((string below, string value) in member.Values)
            {
                Add(below.Length == 0 ? name : name + "." + below, below.Length == 0 ? NameOf(member.Type, value) : value);
            }

            if (member.IsClass)
            {
                Complete(member.Type, name + ".", properties, take, depth + 1);
            }
        }

        void Add(string name, string value)
        {
            if (name.Length <= Limits.MapPropertyNameCharsMax && properties.TryAdd(name, value))
            {
                take();
            }
        }
    }

    private void ReadType(ref JsonPull json, MapBudget budget)
    {
        budget.TakeElement(json.File);
        string name = "", kind = "";
        bool isNumber = false, isFlags = false;
        List<Member> members = [];
        List<string> values = [];
        json.BeginObject();
        while (json.NextMember(out string attribute))
        {
            switch (attribute)
            {
                case "name":
                    name = json.Text();
                    break;
                case "type":
                    kind = json.Text();
                    break;
                case "storageType":
                    isNumber = json.Text() == "int";
                    break;
                case "valuesAsFlags":
                    isFlags = json.Bool();
                    break;
                case "members" when json.IsArray:
                    json.BeginArray();
                    while (json.NextItem())
                    {
                        members.Add(ReadMember(ref json, budget));
                    }

                    break;
                case "values" when json.IsArray:
                    json.BeginArray();
                    while (json.NextItem())
                    {
                        budget.TakeElement(json.File);
                        values.Add(json.Text());
                    }

                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        if (kind == "class")
        {
            _classes[name] = members;
        }
        else if (kind == "enum" && isNumber)
        {
            _numbered[name] = new NumberedValues(values, isFlags);
        }
    }

    private static Member ReadMember(ref JsonPull json, MapBudget budget)
    {
        budget.TakeElement(json.File);
        string name = "", kind = "", type = "";
        List<(string Name, string Value)> values = [];
        json.BeginObject();
        while (json.NextMember(out string attribute))
        {
            switch (attribute)
            {
                case "name":
                    name = json.Text();
                    break;
                case "type":
                    kind = json.Text();
                    break;
                case "propertyType":
                    type = json.Text();
                    break;
                case "value":
                    ReadValue(ref json, "", values, budget);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return name.Length > 0 ? new Member(name, type, kind == "class", values) : throw json.Refuse("A member of a class has no name.");
    }

    // A value that is a class itself says only which of its members differ.
    private static void ReadValue(ref JsonPull json, string name, List<(string Name, string Value)> values, MapBudget budget)
    {
        if (json.IsArray)
        {
            json.Skip();
        }
        else if (!json.IsObject)
        {
            budget.TakeElement(json.File);
            values.Add((name, json.Scalar()));
        }
        else
        {
            json.BeginObject();
            while (json.NextMember(out string member))
            {
                ReadValue(ref json, name.Length == 0 ? member : name + "." + member, values, budget);
            }
        }
    }

    /// <param name="Name">As the class calls it.</param>
    /// <param name="Type">The class or enumeration it is of; empty for plain ones.</param>
    /// <param name="IsClass">Whether that is a class.</param>
    /// <param name="Values">What it has by default: one of no name, or, of a class, those of its members that differ from the class.</param>
    private sealed record Member(string Name, string Type, bool IsClass, IReadOnlyList<(string Name, string Value)> Values);

    private sealed record NumberedValues(IReadOnlyList<string> Names, bool IsFlags)
    {
        public string NameOf(string text)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                return text;
            }

            return IsFlags ? string.Join(',', Names.Where((_, bit) => bit < 31 && ((number >> bit) & 1) != 0))
                : number < Names.Count ? Names[number] : text;
        }
    }
}
