using System.Collections.Concurrent;
using Google.Protobuf.Reflection;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Services.Hooks;

/// <summary>
/// Everything users' server code has registered: functions, and hooks before and after API methods and socket messages. The seam that
/// modules of every language plug into; it may be added to while the server runs.
/// </summary>
public sealed class ServerCode
{
    private static readonly HashSet<string> MessageNames = [.. Envelope.Descriptor.Oneofs[0].Fields.Select(static f => f.Name)];

    private readonly ConcurrentDictionary<string, ServerFunction> _functions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HookChain> _methods = new(StringComparer.Ordinal);
    private readonly HookChain[] _messages =
        [.. Enumerable.Range(0, Envelope.Descriptor.Fields.InFieldNumberOrder()[^1].FieldNumber + 1).Select(static _ => new HookChain())];
    private readonly Lock _registering = new();
    private volatile bool _isUsed;

    /// <summary>Whether anything is registered: only then is it worth to keep what sockets were opened with.</summary>
    public bool IsUsed => _isUsed;

    /// <summary>Ids of the functions, in order.</summary>
    public IReadOnlyList<string> Functions => [.. _functions.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Registers a function.</summary>
    /// <param name="id">1 to <see cref="Limits.FunctionIdBytesMax"/> letters, digits and _ - . : /; upper and lower case do not matter.</param>
    /// <exception cref="ArgumentException">The id is none, or taken.</exception>
    public void Register(string id, ServerFunction function)
    {
        if (id.Length is 0 or > Limits.FunctionIdBytesMax || !id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':' or '/'))
        {
            throw new ArgumentException($"The function id '{id}' must be 1 to {Limits.FunctionIdBytesMax} letters, digits or any of _ - . : /", nameof(id));
        }
        if (!_functions.TryAdd(Normal(id), function))
        {
            throw new ArgumentException($"There are two functions '{id}'.", nameof(id));
        }
        _isUsed = true;
    }

    /// <summary>Registers a hook before an API method.</summary>
    /// <param name="method">As the contract names it: "CreateGroup". Whether there is one is looked at when the server starts.</param>
    public void Before(string method, BeforeHook hook) => Change(OfMethod(method), chain => chain.Add(hook));

    /// <summary>Registers a hook after an API method.</summary>
    /// <inheritdoc cref="Before"/>
    public void After(string method, AfterHook hook) => Change(OfMethod(method), chain => chain.Add(hook));

    /// <summary>Registers a hook before a socket message; it gets the message inside of the envelope.</summary>
    /// <param name="message">As the envelope names it: "match_create".</param>
    /// <exception cref="ArgumentException">There is no such message.</exception>
    public void BeforeMessage(string message, BeforeHook hook) => Change(OfMessage(message), chain => chain.Add(hook));

    /// <summary>Registers a hook after a socket message that was not refused.</summary>
    /// <inheritdoc cref="BeforeMessage"/>
    public void AfterMessage(string message, AfterHook hook) => Change(OfMessage(message), chain => chain.Add(hook));

    internal bool TryFunction(string id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ServerFunction? function) =>
        _functions.TryGetValue(Normal(id), out function);

    internal HookChain OfMethod(string method) => _methods.GetOrAdd(method, static _ => new HookChain());

    internal HookChain OfMessage(Envelope.MessageOneofCase kind) => _messages[(int)kind];

    /// <exception cref="ArgumentException">A hook names a method the server does not have.</exception>
    internal void RequireMethods(IEnumerable<MethodDescriptor> methods)
    {
        HashSet<string> known = [.. methods.Select(static m => m.Name)];
        if (_methods.Keys.FirstOrDefault(name => !known.Contains(name)) is string unknown)
        {
            throw new ArgumentException($"A hook is registered for the method {unknown}, which this server does not have. It has {string.Join(", ", known.Order())}.");
        }
    }

    private HookChain OfMessage(string message)
    {
        if (!MessageNames.Contains(message))
        {
            throw new ArgumentException($"A hook is registered for the message {message}, which the envelope does not have. It has {string.Join(", ", MessageNames.Order())}.");
        }
        return _messages[Envelope.Descriptor.FindFieldByName(message).FieldNumber];
    }

    private void Change(HookChain chain, Action<HookChain> change)
    {
        lock (_registering)
        {
            change(chain);
        }
        _isUsed = true;
    }

    private static string Normal(string id) => id.ToLowerInvariant();
}
