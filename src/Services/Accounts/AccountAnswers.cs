using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Accounts;

/// <summary>Refusals that several methods of accounts give, in the words clients know.</summary>
internal static class AccountAnswers
{
    public static readonly ApiOutcome NoAccount = ApiOutcome.Refuse(ApiCode.NotFound, "User account not found.");
    public static readonly ApiOutcome UsernameTaken = ApiOutcome.Refuse(ApiCode.AlreadyExists, "Username is already in use.");
    public static readonly ApiOutcome Banned = ApiOutcome.Refuse(ApiCode.PermissionDenied, "User account banned.");
    public static readonly ApiOutcome Busy = ApiOutcome.Refuse(ApiCode.ResourceExhausted, "Too many sign-ins at the moment, try again.");
}
