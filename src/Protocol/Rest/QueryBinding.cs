using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace RealtimeServer.Protocol.Rest;

/// <summary>
/// Fills fields of a request from a query string: "limit=10&amp;ids=a&amp;ids=b&amp;owner.name=x". Names may be original or lowerCamelCase;
/// unknown ones are ignored, as clients and proxies add their own.
/// </summary>
internal static class QueryBinding
{
    public static bool TryApply(
        ReadOnlySpan<char> query,
        IMessage request,
        Func<FieldDescriptor, bool> isBound,
        [NotNullWhen(false)] out string? error)
    {
        HashSet<string>? seen = null;
        int count = 0;
        foreach (Range range in query.Split('&'))
        {
            ReadOnlySpan<char> pair = query[range];
            if (pair.IsEmpty)
            {
                continue;
            }
            if (++count > Limits.QueryParametersMax)
            {
                error = $"too many query parameters: at most {Limits.QueryParametersMax}";
                return false;
            }
            int equals = pair.IndexOf('=');
            string name = Decode(equals < 0 ? pair : pair[..equals]);
            string value = equals < 0 ? "" : Decode(pair[(equals + 1)..]);
            if (!TrySet(request, name, value, isBound, seen ??= new HashSet<string>(StringComparer.Ordinal), out error))
            {
                return false;
            }
        }
        error = null;
        return true;
    }

    private static bool TrySet(
        IMessage request,
        string name,
        string value,
        Func<FieldDescriptor, bool> isBound,
        HashSet<string> seen,
        [NotNullWhen(false)] out string? error)
    {
        error = null;
        string[] parts = name.Split('.', Limits.QueryFieldDepthMax + 1);
        if (parts.Length > Limits.QueryFieldDepthMax || !Resolve(request.Descriptor, parts, isBound, out FieldDescriptor[] path))
        {
            return true;
        }
        FieldDescriptor field = path[^1];
        if (!QueryValue.TryParse(field, value, out object? parsed, out string? reason))
        {
            error = $"parsing field \"{field.Name}\": {reason}";
            return false;
        }
        if (!field.IsRepeated && !seen.Add(string.Join('.', path.Select(f => f.Name))))
        {
            error = $"too many values for field \"{field.Name}\"";
            return false;
        }
        IMessage target = request;
        foreach (FieldDescriptor step in path.AsSpan(..^1))
        {
            target = Child(target, step);
        }
        if (field.IsRepeated)
        {
            ((System.Collections.IList)field.Accessor.GetValue(target)).Add(parsed);
        }
        else
        {
            field.Accessor.SetValue(target, parsed);
        }
        return true;
    }

    // The whole path is found before anything is set, so a name that leads nowhere leaves no empty sub-message behind.
    private static bool Resolve(MessageDescriptor descriptor, string[] parts, Func<FieldDescriptor, bool> isBound, out FieldDescriptor[] path)
    {
        path = new FieldDescriptor[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            FieldDescriptor? field = Find(descriptor, parts[i]);
            if (field is null || field.IsMap || (i == 0 && isBound(field)))
            {
                return false;
            }
            path[i] = field;
            if (i == parts.Length - 1)
            {
                return QueryValue.Holds(field);
            }
            if (field.FieldType != FieldType.Message || field.IsRepeated)
            {
                return false;
            }
            descriptor = field.MessageType;
        }
        return false;
    }

    private static FieldDescriptor? Find(MessageDescriptor descriptor, string name)
    {
        foreach (FieldDescriptor field in descriptor.Fields.InDeclarationOrder())
        {
            if (field.Name == name || field.JsonName == name)
            {
                return field;
            }
        }
        return null;
    }

    private static IMessage Child(IMessage parent, FieldDescriptor field)
    {
        if (field.Accessor.GetValue(parent) is IMessage child)
        {
            return child;
        }
        child = field.MessageType.Parser.ParseFrom(ByteString.Empty);
        field.Accessor.SetValue(parent, child);
        return child;
    }

    private static string Decode(ReadOnlySpan<char> text) => Uri.UnescapeDataString(text.ToString().Replace('+', ' '));
}
