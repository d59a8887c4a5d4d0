using Google.Protobuf;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Hooks;

/// <summary>
/// Runs before a method. It may change the request in place, refuse it with a status that is not Ok, or let it pass with
/// <see cref="ApiStatus.Ok"/>. The method's own checks come after it.
/// </summary>
public delegate ValueTask<ApiStatus> BeforeHook(HookContext context, IMessage request);

/// <summary>Runs after a method that succeeded, on copies of request and answer. What it throws is logged; the caller has what was asked for.</summary>
/// <param name="response">Null for a socket message that is not answered.</param>
public delegate ValueTask AfterHook(HookContext context, IMessage request, IMessage? response);

/// <summary>A function that clients and servers call by its id.</summary>
/// <param name="payload">Empty when the caller sends none.</param>
public delegate ValueTask<string> ServerFunction(HookContext context, string payload);

/// <summary>The hooks of one method or message, in the order they were registered.</summary>
internal sealed class HookChain
{
    private volatile BeforeHook[] _before = [];
    private volatile AfterHook[] _after = [];

    public bool IsEmpty => _before.Length == 0 && _after.Length == 0;

    public BeforeHook[] Before => _before;

    public AfterHook[] After => _after;

    public void Add(BeforeHook hook) => _before = [.. _before, hook];

    public void Add(AfterHook hook) => _after = [.. _after, hook];
}
