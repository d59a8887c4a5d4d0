using Google.Protobuf;
using Google.Protobuf.Reflection;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Protocol.Connect;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Hooks;
using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Runtime;

/// <summary>
/// What a C# module registers. Hooks run in the order of their registration; each gets the message in its own type, which is compared
/// with the contract's at once.
/// </summary>
public sealed class ModuleBuilder
{
    private static readonly MethodDescriptor[] Methods =
    [
        .. new[] { ServiceReflection.Descriptor, ExtensionsReflection.Descriptor, AdminReflection.Descriptor, ConnectReflection.Descriptor }
            .SelectMany(static file => file.Services)
            .SelectMany(static service => service.Methods),
    ];

    private readonly ServerCode _code;
    private readonly string _name;

    /// <param name="code">Where everything is registered.</param>
    /// <param name="server">What the module's code may use.</param>
    /// <param name="name">What the module is called in errors.</param>
    public ModuleBuilder(ServerCode code, ServerAccess server, string name = "of server code")
    {
        _code = code;
        _name = name;
        Server = server;
    }

    /// <summary>For functions and hooks to use once the server runs.</summary>
    public ServerAccess Server { get; }

    /// <summary>Work to be done once when the server starts, before it listens: making boards, for instance. What it throws stops the start.</summary>
    public ModuleBuilder AtStart(Func<ValueTask> work)
    {
        Server.AtStart(_name, work);
        return this;
    }

    /// <summary>
    /// Told of every reset of a leaderboard and end of a tournament, in order; what came while the server was away is told at its start.
    /// After a crash the last one may be told again.
    /// </summary>
    public ModuleBuilder OnBoardEvent(Func<LeaderboardEvent, Task> told)
    {
        Server.OnBoardEvent(told);
        return this;
    }

    /// <summary>A function that clients call as an RPC by its id.</summary>
    /// <exception cref="ArgumentException">The id is none, or taken.</exception>
    public ModuleBuilder Function(string id, ServerFunction function)
    {
        _code.Register(id, function);
        return this;
    }

    /// <summary>A hook before an API method: it may change the request, refuse it with a status, or let it pass with Ok.</summary>
    /// <exception cref="ArgumentException">There is no such method, or its request is of another type.</exception>
    public ModuleBuilder Before<TRequest>(string method, Func<HookContext, TRequest, ValueTask<ApiStatus>> hook)
        where TRequest : class, IMessage<TRequest>
    {
        Require(method, static m => m.InputType, typeof(TRequest), "request");
        _code.Before(method, (context, request) => hook(context, (TRequest)request));
        return this;
    }

    /// <summary>A hook after an API method that succeeded.</summary>
    /// <exception cref="ArgumentException">There is no such method, or its request or answer is of another type.</exception>
    public ModuleBuilder After<TRequest, TResponse>(string method, Func<HookContext, TRequest, TResponse, ValueTask> hook)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        Require(method, static m => m.InputType, typeof(TRequest), "request");
        Require(method, static m => m.OutputType, typeof(TResponse), "answer");
        _code.After(method, (context, request, response) => hook(context, (TRequest)request, (TResponse)response!));
        return this;
    }

    /// <summary>A hook before a message of the socket.</summary>
    /// <exception cref="ArgumentException">The envelope holds no such message.</exception>
    public ModuleBuilder BeforeMessage<TMessage>(Func<HookContext, TMessage, ValueTask<ApiStatus>> hook)
        where TMessage : class, IMessage<TMessage>
    {
        _code.BeforeMessage(MessageName(typeof(TMessage)), (context, message) => hook(context, (TMessage)message));
        return this;
    }

    /// <summary>A hook after a message of the socket that was not refused. The envelope is its answer; null when it has none.</summary>
    /// <exception cref="ArgumentException">The envelope holds no such message.</exception>
    public ModuleBuilder AfterMessage<TMessage>(Func<HookContext, TMessage, Envelope?, ValueTask> hook)
        where TMessage : class, IMessage<TMessage>
    {
        _code.AfterMessage(MessageName(typeof(TMessage)), (context, message, answer) => hook(context, (TMessage)message, (Envelope?)answer));
        return this;
    }

    private static void Require(string method, Func<MethodDescriptor, MessageDescriptor> part, Type type, string role)
    {
        MethodDescriptor found = Array.Find(Methods, m => m.Name == method)
            ?? throw new ArgumentException($"There is no method {method}; the contract has {string.Join(", ", Methods.Select(static m => m.Name).Order())}.");
        if (part(found).ClrType != type)
        {
            throw new ArgumentException($"The {role} of {method} is {part(found).ClrType.Name}, not {type.Name}.");
        }
    }

    private static string MessageName(Type type) =>
        Envelope.Descriptor.Oneofs[0].Fields.FirstOrDefault(f => f.MessageType.ClrType == type)?.Name
        ?? throw new ArgumentException($"The envelope holds no {type.Name}.");
}
