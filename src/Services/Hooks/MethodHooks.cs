using Google.Protobuf;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Services.Hooks;

/// <summary>Puts the hooks of an API method around its handler, whichever door a call comes by.</summary>
internal sealed class MethodHooks(ServerCode code, ServerCodeRunner runner, SessionTokens tokens)
{
    /// <summary>The method with its hooks; without any, a call costs one look more.</summary>
    public ApiMethod Around(ApiMethod method)
    {
        HookChain chain = code.OfMethod(method.Descriptor.Name);
        Func<ApiCall, IMessage, Task<ApiOutcome>> handler = method.Handler;
        return method with { Handler = (call, request) => chain.IsEmpty ? handler(call, request) : RunAsync(method, chain, call, request) };
    }

    private async Task<ApiOutcome> RunAsync(ApiMethod method, HookChain chain, ApiCall call, IMessage request)
    {
        HookContext context = HookContext.Of(method.Descriptor.Name, call);
        foreach (BeforeHook hook in chain.Before)
        {
            (ApiStatus verdict, ApiStatus failure) = await runner.RunAsync(context, c => hook(c, request)).ConfigureAwait(false);
            if (!failure.IsOk || !verdict.IsOk)
            {
                return ApiOutcome.Refuse(failure.IsOk ? verdict : failure);
            }
        }
        ApiOutcome outcome = await method.Handler(call, request).ConfigureAwait(false);
        if (outcome.Response is not IMessage response || chain.After.Length == 0)
        {
            return outcome;
        }
        // Who has just signed in is known by the token in the answer.
        if (response is Session signedIn && tokens.VerifySession(signedIn.Token).Claims is SessionClaims claims)
        {
            context = context.As(claims);
        }
        foreach (AfterHook hook in chain.After)
        {
            // Copies: a hook that is left behind must not change what is being sent.
            IMessage sent = Copy(request);
            IMessage answered = Copy(response);
            await runner.RunAsync(context, async c =>
            {
                await hook(c, sent, answered).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
        }
        return outcome;
    }

    internal static IMessage Copy(IMessage message) => message.Descriptor.Parser.ParseFrom(message.ToByteArray());
}
