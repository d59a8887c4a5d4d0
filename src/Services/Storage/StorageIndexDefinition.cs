using System.Text.Json;

namespace RealtimeServer.Services.Storage;

/// <summary>Declares which fields of a collection's objects can be searched.</summary>
/// <param name="Name">What searches call it.</param>
/// <param name="Collection">Whose objects it holds.</param>
/// <param name="Fields">Names of the outermost fields of the values. What lies inside them is searchable by dotted names.</param>
/// <param name="Key">Only objects of this key; null: all.</param>
/// <param name="EntriesMax">When there are more objects, those written longest ago are not searchable.</param>
public sealed record StorageIndexDefinition(
    string Name, string Collection, IReadOnlyList<string> Fields, string? Key = null, int EntriesMax = Limits.StorageIndexEntriesDefault)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNameCaseInsensitive = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads a list of definitions: <c>[{"name": …, "collection": …, "fields": […], "key": …, "entriesMax": …}]</c>.</summary>
    /// <exception cref="FormatException">What is wrong, for who wrote it.</exception>
    public static IReadOnlyList<StorageIndexDefinition> Read(ReadOnlySpan<byte> json)
    {
        List<StorageIndexDefinition>? read;
        try
        {
            read = JsonSerializer.Deserialize<List<StorageIndexDefinition>>(json, Options);
        }
        catch (JsonException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
        read ??= [];
        Require(read.Count <= Limits.StorageIndexesMax, $"there are more than {Limits.StorageIndexesMax} storage indexes");
        Require(read.Select(d => d.Name).Distinct(StringComparer.Ordinal).Count() == read.Count, "two storage indexes have the same name");
        foreach (StorageIndexDefinition definition in read)
        {
            definition.Check();
        }
        return read;
    }

    internal void Check()
    {
        Require(Name.Length is > 0 and <= 128, "a storage index has no name, or one of more than 128 characters");
        Require(Collection.Length > 0, $"storage index {Name} names no collection");
        Require(Fields.Count is > 0 and <= Limits.StorageIndexFieldsMax, $"storage index {Name} must declare 1 to {Limits.StorageIndexFieldsMax} fields");
        Require(Fields.All(f => f is { Length: > 0 }), $"storage index {Name} declares a field without a name");
        Require(EntriesMax is > 0 and <= Limits.StorageIndexEntriesMax, $"entriesMax of storage index {Name} must be 1 to {Limits.StorageIndexEntriesMax}");
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new FormatException(otherwise + ".");
        }
    }
}
