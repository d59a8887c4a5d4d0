namespace RealtimeServer.Services;

/// <summary>Every limit of the services, with its reason.</summary>
public static class Limits
{
    /// <summary>Characters of a token we look at; more is refused unread. Room for the largest claims below, in base64.</summary>
    public const int TokenCharactersMax = 8192;

    /// <summary>Bytes of session variables, names and values together. They travel in every token.</summary>
    public const int VarsBytesMax = 2048;

    /// <summary>Entries of session variables.</summary>
    public const int VarsMax = 64;

    /// <summary>Parts of a table of rate limits, each with a lock of its own; a power of two.</summary>
    public const int RateLimitShards = 16;

    /// <summary>Seconds whose calls a user or an address may make at once, after a pause: a game that loads everything at its start.</summary>
    public const int CallBurstSeconds = 5;

    /// <summary>Users whose rate is remembered at the same time; a bucket takes some 50 bytes.</summary>
    public const int RateLimitUsersMax = 65_536;

    /// <summary>Bytes of a key that signs tokens, at least: below, guessing it is cheaper than attacking SHA-256.</summary>
    public const int SigningKeyBytesMin = 16;

    public const int ServerKeyBytesMax = 512;

    public const int DeviceIdBytesMin = 10;
    public const int DeviceIdBytesMax = 128;
    public const int UsernameBytesMax = 128;

    /// <summary>Letters of a generated username; 52^10 names, so a collision is rare and retried.</summary>
    public const int GeneratedUsernameLetters = 10;

    /// <summary>Tries at a free generated username. Two collisions in a row are beyond any real number of accounts.</summary>
    public const int GeneratedUsernameTries = 4;

    /// <summary>Devices shown with an account.</summary>
    public const int DevicesShownMax = 100;

    /// <summary>Writes waiting for the database's one writer; more are refused at once, so that load shows as an error, not as delay.</summary>
    public const int WriteQueueMax = 4096;

    /// <summary>Writes that share one commit. One flush to disk costs the same for all of them.</summary>
    public const int WritesPerCommitMax = 256;

    /// <summary>Connections that read at the same time.</summary>
    public const int ReadersMax = 8;

    /// <summary>Seconds a statement waits for a lock another process holds.</summary>
    public const int BusyTimeoutSeconds = 5;

    /// <summary>Open sessions of one process.</summary>
    public const int SessionsMax = 65_536;

    /// <summary>Messages a session may have waiting behind a join that has not been answered yet.</summary>
    public const int PendingMessagesMax = 256;

    /// <summary>Messages a session may send at once, after a pause: a client that catches up after a stall.</summary>
    public const int MessageBurstMax = 1024;

    /// <summary>Messages a second a session may send in the long run: four inputs at each tick of the fastest match.</summary>
    public const int MessagesPerSecondMax = 512;

    /// <summary>Matches a session may be in at the same time.</summary>
    public const int MatchesPerSessionMax = 32;

    /// <summary>Simulated matches a session may have created that still run. Each costs a share of a core.</summary>
    public const int SimulatedMatchesPerSessionMax = 4;

    /// <summary>Tries to create and join a named match whose last member leaves in between.</summary>
    public const int CreateTriesMax = 3;

    /// <summary>Bytes of a request to simulate a match.</summary>
    public const int MatchNameBytesMax = 1024;

    /// <summary>Parameters of a request to simulate a match.</summary>
    public const int MatchParametersMax = 32;

    /// <summary>Entries and bytes of the metadata of a join.</summary>
    public const int JoinMetadataMax = 64;

    public const int JoinMetadataBytesMax = 2048;

    /// <summary>Receivers named in one match_data_send.</summary>
    public const int ReceiversMax = 1024;


    public const int ListMatchesDefault = 10;
    public const int ListMatchesMax = 100;
}
