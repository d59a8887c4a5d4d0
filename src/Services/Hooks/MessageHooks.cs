using Google.Protobuf;
using Google.Protobuf.Reflection;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Realtime;
using Code = RealtimeServer.Protocol.Realtime.Error.Types.Code;

namespace RealtimeServer.Services.Hooks;

/// <summary>Puts the hooks of a socket message around its handler.</summary>
internal sealed class MessageHooks(ServerCode code, ServerCodeRunner runner, TimeProvider time)
{
    /// <summary>Handles a message with its hooks; without any, that costs one look more.</summary>
    public Task HandleAsync(RealtimeMethod method, RealtimeSession session, Envelope envelope)
    {
        HookChain chain = code.OfMessage(method.Kind);
        return chain.IsEmpty ? method.Handler(session, envelope) : RunAsync(chain, method, session, envelope);
    }

    private async Task RunAsync(HookChain chain, RealtimeMethod method, RealtimeSession session, Envelope envelope)
    {
        FieldDescriptor field = Envelope.Descriptor.FindFieldByNumber((int)method.Kind);
        HookContext context = session.ContextOf(field.Name, time);
        IMessage message = (IMessage)field.Accessor.GetValue(envelope);
        foreach (BeforeHook hook in chain.Before)
        {
            (ApiStatus verdict, ApiStatus failure) = await runner.RunAsync(context, c => hook(c, message)).ConfigureAwait(false);
            if (!failure.IsOk || !verdict.IsOk)
            {
                Refuse(session, envelope.Cid, failure.IsOk ? verdict : failure);
                return;
            }
        }
        session.AwaitAnswer(envelope.Cid);
        await method.Handler(session, envelope).ConfigureAwait(false);
        Envelope? answer = session.TakeAnswer();
        if (answer?.MessageCase == Envelope.MessageOneofCase.Error)
        {
            return;
        }
        foreach (AfterHook hook in chain.After)
        {
            IMessage sent = MethodHooks.Copy(message);
            IMessage? answered = answer is null ? null : MethodHooks.Copy(answer);
            await runner.RunAsync(context, async c =>
            {
                await hook(c, sent, answered).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
        }
    }

    // A message that is turned off is one the server does not know: clients are told so and closed, as for any other.
    private static void Refuse(RealtimeSession session, string cid, ApiStatus status)
    {
        if (status == ServerCodeException.Disabled)
        {
            session.Refuse(cid, Code.UnrecognizedPayload, "Unrecognized message.");
            session.Close(CloseReasons.Unprocessable);
            return;
        }
        session.Refuse(cid, Code.RuntimeFunctionException, status.Message);
    }
}
