using System.Globalization;
using System.Text;
using System.Text.Json;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation.Replication;

/// <summary>
/// What a game's snapshots are made of: components, their fields and how many bits each takes. The server derives it from the game;
/// a client reads it as JSON from the match's welcome.
/// </summary>
public sealed class ReplicationSchema
{
    internal ReplicationSchema(IReadOnlyList<ReplicatedComponent> components)
        : this([.. components.Select(component => new SchemaComponent(component.Name, component.Fields))])
    {
        Sources = components;
    }

    private ReplicationSchema(IReadOnlyList<SchemaComponent> components)
    {
        if (components.Count > Limits.ReplicatedComponentsMax || components.Sum(component => component.Fields.Count) > Limits.ReplicatedFieldsMax)
        {
            throw new GameException($"a game may replicate {Limits.ReplicatedComponentsMax} components with {Limits.ReplicatedFieldsMax} fields together");
        }

        for (int i = 1; i < components.Count; i++)
        {
            if (components.Take(i).Any(earlier => earlier.Name == components[i].Name))
            {
                throw new GameException($"two replicated components are named {components[i].Name}: clients could not tell them apart");
            }
        }

        Components = components;
        var hash = new StateHash(seed: 1);
        foreach (SchemaComponent component in components)
        {
            hash.Add(Encoding.UTF8.GetBytes(component.Name));
            foreach (ReplicatedField field in component.Fields)
            {
                hash.Add(Encoding.UTF8.GetBytes(field.Name));
                hash.Add((long)field.Bits);
                hash.Add(field.Min);
                hash.Add(field.Step);
                hash.Add(field.Signed ? 1L : 0L);
            }
        }

        Hash = hash.Value;
    }

    /// <summary>In the order of their bits in an entity's mask.</summary>
    public IReadOnlyList<SchemaComponent> Components { get; }

    /// <summary>Equal schemas have equal hashes; a client compares it with what it was built for.</summary>
    public ulong Hash { get; }

    /// <summary>The component types behind the schema; empty where it was read from JSON.</summary>
    internal IReadOnlyList<ReplicatedComponent> Sources { get; } = [];

    /// <summary>Reads the form <see cref="ToJson"/> writes.</summary>
    /// <exception cref="InvalidDataException">It is no schema of a version this build knows, or exceeds the limits.</exception>
    public static ReplicationSchema FromJson(JsonElement json)
    {
        try
        {
            if (json.GetProperty("version").GetInt32() != 1)
            {
                throw new InvalidDataException($"The schema has version {json.GetProperty("version")}; this build reads version 1.");
            }

            var components = new List<SchemaComponent>();
            foreach (JsonElement component in json.GetProperty("components").EnumerateArray())
            {
                components.Add(new SchemaComponent(ReadName(component), [.. component.GetProperty("fields").EnumerateArray().Select(ReadField)]));
            }

            return new ReplicationSchema(components);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException or JsonException or GameException)
        {
            throw new InvalidDataException($"This is no replication schema: {error.Message}", error);
        }
    }

    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteString("hash", Hash.ToString("x16", CultureInfo.InvariantCulture));
            json.WriteStartArray("components");
            foreach (SchemaComponent component in Components)
            {
                WriteComponent(json, component);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The place of a component by its name, or -1.</summary>
    public int IndexOf(string name)
    {
        for (int i = 0; i < Components.Count; i++)
        {
            if (Components[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static void WriteComponent(Utf8JsonWriter json, SchemaComponent component)
    {
        json.WriteStartObject();
        json.WriteString("name", component.Name);
        json.WriteStartArray("fields");
        foreach (ReplicatedField field in component.Fields)
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WriteNumber("bits", field.Bits);
            json.WriteNumber("min", field.Min);
            json.WriteNumber("step", field.Step);
            json.WriteBoolean("signed", field.Signed);
            json.WriteBoolean("interpolate", field.Interpolate);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string ReadName(JsonElement json) =>
        json.GetProperty("name").GetString() ?? throw new InvalidDataException("A component or field of the schema has no name.");

    private static float ReadFinite(JsonElement json)
    {
        float value = json.GetSingle();
        return float.IsFinite(value) ? value : throw new InvalidDataException("A number of the schema is out of range.");
    }

    private static ReplicatedField ReadField(JsonElement field)
    {
        int bits = field.GetProperty("bits").GetInt32();
        return bits is >= 1 and <= 32
            ? new ReplicatedField(
                ReadName(field),
                bits,
                ReadFinite(field.GetProperty("min")),
                ReadFinite(field.GetProperty("step")),
                field.GetProperty("signed").GetBoolean(),
                field.GetProperty("interpolate").GetBoolean())
            : throw new InvalidDataException($"A field of {bits} bits is not from 1 to 32.");
    }
}

/// <summary>A component of a schema.</summary>
public sealed record SchemaComponent(string Name, IReadOnlyList<ReplicatedField> Fields);
