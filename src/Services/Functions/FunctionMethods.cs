using Google.Protobuf.Reflection;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Hooks;
using RealtimeServer.Services.Realtime;
using Code = RealtimeServer.Protocol.Realtime.Error.Types.Code;

namespace RealtimeServer.Services.Functions;

/// <summary>Calls to the functions of server code: over REST and gRPC by session or key, and as a socket message.</summary>
internal sealed class FunctionMethods(ServerCode code, ServerCodeRunner runner, BasicKey httpKey, TimeProvider time)
{
    private static readonly ApiStatus NotFound = new(ApiCode.NotFound, "RPC function not found");
    private static readonly ApiStatus NoCredential = new(ApiCode.Unauthenticated, "Auth token or HTTP key required");

    public IEnumerable<ApiMethod> All(ServiceDescriptor service) =>
        [ApiMethod.Of<Rpc>(service.FindMethodByName("RpcFunc"), ApiCredential.SessionOrHttpKey, CallAsync)];

    public IEnumerable<RealtimeMethod> Messages => [new(Envelope.MessageOneofCase.Rpc, CallAsync)];

    private async Task<ApiOutcome> CallAsync(ApiCall call, Rpc request)
    {
        if (call.Caller is null)
        {
            // No header: the key may stand in the request, as a parameter of the query or a field of the message.
            ApiStatus refusal = NoCredential;
            if (request.HttpKey.Length == 0 || !httpKey.TryKey(request.HttpKey, out refusal))
            {
                return ApiOutcome.Refuse(refusal);
            }
        }
        if (!code.TryFunction(request.Id, out ServerFunction? function))
        {
            return ApiOutcome.Refuse(NotFound);
        }
        (string? payload, ApiStatus status) = await RunAsync(function, HookContext.Of(request.Id.ToLowerInvariant(), call), request.Payload).ConfigureAwait(false);
        return status.IsOk ? ApiOutcome.Ok(new Rpc { Id = request.Id, Payload = payload }) : ApiOutcome.Refuse(status);
    }

    private async Task CallAsync(RealtimeSession session, Envelope envelope)
    {
        Rpc request = envelope.Rpc;
        if (request.Id.Length == 0)
        {
            session.Refuse(envelope.Cid, Code.BadInput, "RPC ID must be set");
            return;
        }
        if (!code.TryFunction(request.Id, out ServerFunction? function))
        {
            session.Refuse(envelope.Cid, Code.RuntimeFunctionNotFound, NotFound.Message);
            return;
        }
        HookContext context = session.ContextOf(request.Id.ToLowerInvariant(), time);
        (string? payload, ApiStatus status) = await RunAsync(function, context, request.Payload).ConfigureAwait(false);
        if (status.IsOk)
        {
            session.Send(new Envelope { Cid = envelope.Cid, Rpc = new Rpc { Id = request.Id, Payload = payload } });
        }
        else
        {
            session.Refuse(envelope.Cid, Code.RuntimeFunctionException, status.Message);
        }
    }

    private Task<(string? Value, ApiStatus Status)> RunAsync(ServerFunction function, HookContext context, string payload) =>
        runner.RunAsync(context, async c =>
        {
            string answer = await function(c, payload).ConfigureAwait(false) ?? "";
            return answer.Length <= Limits.FunctionAnswerCharactersMax
                ? answer
                : throw new InvalidOperationException($"The function {c.Name} answered with {answer.Length} characters, at most {Limits.FunctionAnswerCharactersMax}.");
        });
}
