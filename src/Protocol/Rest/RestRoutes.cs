using Google.Protobuf.Reflection;
using RealtimeServer.Protocol.Http;

namespace RealtimeServer.Protocol.Rest;

/// <summary>
/// The REST routes of services, read from the method options of their descriptors at start. A tree of path segments:
/// a literal segment wins over a parameter, so "/v2/friend/block" and "/v2/friend/{id}" may stand side by side.
/// </summary>
public sealed class RestRoutes
{
    private readonly Node _root = new();

    // Paths without a parameter, which most requests name: found by one look-up of the path as it came.
    private readonly Dictionary<string, Node> _fixed = new(StringComparer.Ordinal);
    private readonly List<RestBinding> _bindings = [];

    /// <exception cref="ArgumentException">A method option that cannot be served: the text names the method and what is wrong.</exception>
    public static RestRoutes Of(params IEnumerable<ServiceDescriptor> services)
    {
        RestRoutes routes = new();
        foreach (ServiceDescriptor service in services)
        {
            foreach (MethodDescriptor method in service.Methods)
            {
                HttpRule? rule = method.GetOptions()?.GetExtension(AnnotationsExtensions.Http);
                if (rule is null)
                {
                    continue;
                }
                routes.Add(method, rule);
                foreach (HttpRule further in rule.AdditionalBindings)
                {
                    routes.Add(method, further);
                }
            }
        }
        return routes;
    }

    /// <summary>In the order declared.</summary>
    public IReadOnlyList<RestBinding> Bindings => _bindings;

    /// <summary>Finds the route of a request.</summary>
    /// <param name="httpMethod">Upper case, as HTTP has it.</param>
    /// <param name="path">The path as it came, still percent-encoded, without the query.</param>
    public RestMatch Match(string httpMethod, string path)
    {
        if (_fixed.TryGetValue(path, out Node? known) && known.ByHttpMethod.TryGetValue(httpMethod, out RestBinding? found))
        {
            return new RestMatch(found, [], true);
        }
        string[]? segments = Segments(path);
        if (segments is null)
        {
            return RestMatch.NotFound;
        }
        List<string> values = [];
        return Find(_root, segments, 0, httpMethod, values);
    }

    internal void Add(MethodDescriptor method, HttpRule rule)
    {
        RestBinding binding = RestBinding.Of(method, rule);
        Node node = _root;
        foreach (string segment in binding.Template.Split('/').Skip(1))
        {
            node = segment.StartsWith('{') ? node.Parameter ??= new Node() : node.Literal(segment);
        }
        if (!node.ByHttpMethod.TryAdd(binding.HttpMethod, binding))
        {
            throw new ArgumentException($"{method.FullName}: the route {binding.HttpMethod} {binding.Template} is taken already.");
        }
        _bindings.Add(binding);
        if (binding.PathFields.Count == 0)
        {
            _fixed[binding.Template] = node;
        }
    }

    private static string[]? Segments(string path)
    {
        if (!path.StartsWith('/'))
        {
            return null;
        }
        string[] segments = path[1..].Split('/', Limits.PathSegmentsMax + 1);
        return segments.Length > Limits.PathSegmentsMax ? null : segments;
    }

    private static RestMatch Find(Node node, string[] segments, int index, string httpMethod, List<string> values)
    {
        if (index == segments.Length)
        {
            if (node.ByHttpMethod.Count == 0)
            {
                return RestMatch.NotFound;
            }
            return node.ByHttpMethod.TryGetValue(httpMethod, out RestBinding? binding)
                ? new RestMatch(binding, values.ToArray(), true)
                : RestMatch.WrongMethod;
        }
        RestMatch best = RestMatch.NotFound;
        string segment = Uri.UnescapeDataString(segments[index]);
        if (node.Literals.TryGetValue(segment, out Node? literal))
        {
            best = Find(literal, segments, index + 1, httpMethod, values);
        }
        if (best.Binding is null && node.Parameter is not null && segment.Length > 0)
        {
            values.Add(segment);
            RestMatch byParameter = Find(node.Parameter, segments, index + 1, httpMethod, values);
            values.RemoveAt(values.Count - 1);
            best = byParameter.Binding is not null || !best.PathKnown ? byParameter : best;
        }
        return best;
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Literals { get; } = new(StringComparer.Ordinal);

        public Node? Parameter { get; set; }

        public Dictionary<string, RestBinding> ByHttpMethod { get; } = new(StringComparer.Ordinal);

        public Node Literal(string segment)
        {
            if (!Literals.TryGetValue(segment, out Node? node))
            {
                node = new Node();
                Literals.Add(segment, node);
            }
            return node;
        }
    }
}

/// <summary>What a path leads to. Without a binding, <see cref="PathKnown"/> tells a wrong method from an unknown path.</summary>
public readonly record struct RestMatch(RestBinding? Binding, IReadOnlyList<string> PathValues, bool PathKnown)
{
    internal static readonly RestMatch NotFound = new(null, [], false);
    internal static readonly RestMatch WrongMethod = new(null, [], true);
}
