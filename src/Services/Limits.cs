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

    /// <summary>Ended sessions kept in memory, some 100 bytes each; beyond, the database is asked at each call.</summary>
    public const int RevocationsMax = 262_144;

    /// <summary>Ended sessions read or deleted at a time.</summary>
    public const int RevocationsPage = 1000;

    /// <summary>Seconds between looks at what other servers have ended.</summary>
    public const int RevocationPollSeconds = 1;

    /// <summary>Seconds between looks at whom other servers have banned, and how many times as long as a look takes it waits besides.</summary>
    public const int BanPollSeconds = 1;

    public const int BanPollShare = 50;

    /// <summary>Looks between two that also delete what has expired.</summary>
    public const int RevocationPruneRounds = 60;

    /// <summary>Seconds by which a look reaches back before the newest it has seen: commits overtake each other, and clocks differ.</summary>
    public const int RevocationOverlapSeconds = 5;

    /// <summary>Seconds for which the refresh token before the newest is good, unless set otherwise: a client on a bad line tries that long.</summary>
    public const int RefreshGraceSecondsDefault = 60;

    public const int DeviceIdBytesMin = 10;
    public const int DeviceIdBytesMax = 128;
    public const int CustomIdBytesMin = 6;
    public const int CustomIdBytesMax = 128;
    public const int UsernameBytesMax = 128;

    // As much as Nakama's columns hold.
    public const int DisplayNameBytesMax = 255;
    public const int AvatarUrlBytesMax = 512;
    public const int LangTagBytesMax = 18;
    public const int LocationBytesMax = 255;
    public const int TimezoneBytesMax = 255;

    /// <summary>Letters of a generated username; 52^10 names, so a collision is rare and retried.</summary>
    public const int GeneratedUsernameLetters = 10;

    /// <summary>Tries at a free generated username. Two collisions in a row are beyond any real number of accounts.</summary>
    public const int GeneratedUsernameTries = 4;

    public const int EmailBytesMin = 10;
    public const int EmailBytesMax = 255;
    public const int PasswordBytesMin = 8;

    /// <summary>Bytes of a password; more makes it no better.</summary>
    public const int PasswordBytesMax = 1024;

    /// <summary>Rounds of PBKDF2-HMAC-SHA512: what OWASP asks for, some 80 ms.</summary>
    public const int PasswordRoundsDefault = 210_000;

    /// <summary>Rounds of a stored hash that is still looked at; beyond, it is damage.</summary>
    public const int PasswordRoundsMax = 10_000_000;

    /// <summary>Hashes that wait: with one thread, the last of them some 5 s. Nobody waits longer for a sign-in than it takes to try again.</summary>
    public const int PasswordQueueDefault = 64;

    /// <summary>Addresses it takes to fill the queue of hashes.</summary>
    public const int PasswordQueueShares = 4;

    /// <summary>Accounts and addresses whose wrong passwords are remembered at the same time.</summary>
    public const int GuessKeysMax = 65_536;

    /// <summary>Characters of a player's id at a provider; the longest have some 50.</summary>
    public const int ProviderIdCharactersMax = 128;

    /// <summary>Characters of an ID token, access token or ticket. Steam's tickets may have 2,400 bytes, twice as many digits.</summary>
    public const int IdTokenCharactersMax = 8192;

    /// <summary>Bytes of an answer of a provider: keys, a profile, a page of friends.</summary>
    public const int ProviderAnswerBytesMax = 262_144;

    public const int ProviderHeaderKilobytesMax = 16;

    /// <summary>Keys of a provider; they have two to four.</summary>
    public const int ProviderKeysMax = 32;

    /// <summary>Seconds for which a provider's keys are taken to be those it has.</summary>
    public const int ProviderKeySecondsFresh = 6 * 3600;

    /// <summary>Seconds for which keys are good that cannot be fetched again.</summary>
    public const int ProviderKeySecondsMax = 24 * 3600;

    /// <summary>Seconds between two tries to fetch keys, whatever tokens name.</summary>
    public const int ProviderKeyFetchSeconds = 30;

    /// <summary>Bytes of an RSA key's modulus: 2048 to 8192 bits.</summary>
    public const int RsaBytesMin = 256;
    public const int RsaBytesMax = 1024;

    /// <summary>Seconds by which a provider's clock may differ from ours.</summary>
    public const int ClockSkewSeconds = 60;

    /// <summary>Seconds for which what a provider signed, without saying until when, is good: whoever finds it later is somebody else.</summary>
    public const int SignedPlayerSecondsMax = 24 * 3600;

    /// <summary>A time above this is in milliseconds.</summary>
    public const long SecondsOfYear5138 = 100_000_000_000;

    public const int SignatureBytesMax = 1024;

    /// <summary>Certificates between Game Center's and its root.</summary>
    public const int CertificateDepthMax = 3;

    public const int TrustedCertificatesMax = 16;

    /// <summary>Friends a provider is asked for: pages, and friends of a page.</summary>
    public const int FriendPagesMax = 10;
    public const int FriendsPage = 500;

    /// <summary>Devices of an account; every one of them is shown with it.</summary>
    public const int DevicesMax = 100;

    /// <summary>Ids and names of one request for players, together.</summary>
    public const int GetUsersMax = 1000;

    /// <summary>Writes waiting for the database; more are refused at once, so that load shows as an error, not as delay.</summary>
    public const int WriteQueueMax = 4096;

    /// <summary>Writes that share one commit. One flush to disk costs the same for all of them.</summary>
    public const int WritesPerCommitMax = 256;

    /// <summary>Statements waiting to be read from PostgreSQL; more are refused at once. Twice the writes: a request may read two at a time.</summary>
    public const int ReadQueueMax = 8192;

    /// <summary>Reads that share a round trip to PostgreSQL: enough that its cost no longer counts, few enough that the first waits little for the last.</summary>
    public const int ReadsPerRoundTripMax = 64;

    /// <summary>Shared reads of one kind from which one statement for all costs less than one for each.</summary>
    public const int ReadsWorthSharing = 3;

    /// <summary>Reads that one thread answers one after another, going on with each request as far as it goes.</summary>
    public const int AnswersPerThread = 8;

    /// <summary>Kilobytes of pages the SQLite connection that writes keeps: with fewer, a database of some size is read again for each account.</summary>
    public const int WriterCacheKilobytes = 32_768;

    /// <summary>Pages in SQLite's log from which they are brought into the file, beside what is written; 16 MB.</summary>
    public const int LogPagesMax = 4096;

    /// <summary>Pages in SQLite's log at which the writer waits for that; 128 MB.</summary>
    public const int LogPagesAtMost = 8 * LogPagesMax;

    /// <summary>Times the log is brought into the file, each time what was written during the last, before the writer gets what is left.</summary>
    public const int CheckpointRounds = 2;

    /// <summary>SQLite connections that read at the same time.</summary>
    public const int ReadersMax = 8;

    /// <summary>PostgreSQL connections that read. Each carries whatever waits, so few do; the second goes on while the first carries something slow.</summary>
    public const int ReadLanes = 2;

    /// <summary>Reads for which the second connection sets out while the first is under way: fewer cost less when they travel together.</summary>
    public const int ReadsWorthALane = 16;

    /// <summary>How long fewer than that wait for the first connection to come back.</summary>
    public const int LanePatienceMilliseconds = 2;

    /// <summary>PostgreSQL connections that run writes one by one, most of their time waiting for each other's flush to disk.</summary>
    public const int WriteLanes = 8;

    /// <summary>PostgreSQL connections that carry batches. One: two would lock each other's rows.</summary>
    public const int BatchLanes = 1;

    /// <summary>Tries at a write that meets others before its caller is told to come again.</summary>
    public const int WriteTriesMax = 12;

    /// <summary>Statements PostgreSQL keeps prepared on a connection; the product has fewer.</summary>
    public const int PreparedStatementsMax = 400;

    /// <summary>Seconds a statement may take; a longer one is a mistake that would hold up those behind it.</summary>
    public const int StatementSecondsMax = 10;

    /// <summary>Seconds a statement of a migration may take: it may rewrite a large table.</summary>
    public const int MigrationSecondsMax = 3600;

    /// <summary>Seconds a connection to PostgreSQL may take to open.</summary>
    public const int ConnectSecondsMax = 5;

    /// <summary>Milliseconds between tries to reach a lost PostgreSQL, at first and in the long run.</summary>
    public const int ReconnectMillisecondsMin = 50;

    public const int ReconnectMillisecondsMax = 1000;

    /// <summary>Seconds a start waits for a PostgreSQL that does not answer: containers that start together need some.</summary>
    public const int DatabaseStartWaitSeconds = 30;

    /// <summary>Seconds a write whose connection broke in the commit waits to learn what became of it: a crash recovery takes some.</summary>
    public const int CommitInquirySecondsMax = 10;

    /// <summary>Oldest PostgreSQL whose SQL and functions are all we use.</summary>
    public const int PostgresVersionMin = 12;

    /// <summary>Newest PostgreSQL the tests were run on.</summary>
    public const int PostgresVersionMax = 17;

    /// <summary>Seconds a SQLite statement waits for a lock another process holds.</summary>
    public const int BusyTimeoutSeconds = 5;

    /// <summary>Rows of one part of an account's file.</summary>
    public const int AccountFileRowsMax = 100_000;

    /// <summary>Depth of an account's file; what players store is text in it, however deep.</summary>
    public const int AccountFileDepthMax = 16;

    /// <summary>Bytes of a function's id.</summary>
    public const int FunctionIdBytesMax = 128;

    /// <summary>Characters of a function's answer.</summary>
    public const int FunctionAnswerCharactersMax = 1_048_576;

    /// <summary>Seconds a function or a hook may take, unless set otherwise.</summary>
    public const int ServerCodeSeconds = 10;

    /// <summary>Functions and hooks under way at the same time, those left behind after their time included; more are refused.</summary>
    public const int ServerCodeRunningMax = 1024;

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

    /// <summary>Characters of a search query: as much as a label, which it describes.</summary>
    public const int QueryCharactersMax = 2048;

    /// <summary>Clauses of a search query; each is tried on every document.</summary>
    public const int QueryClausesMax = 64;

    /// <summary>Differences a fuzzy word may allow; with more, short words match anything.</summary>
    public const int QueryDistanceMax = 2;

    /// <summary>Counted repeats of a regular expression, multiplied: its automaton grows with them.</summary>
    public const int QueryRepeatsMax = 100;

    /// <summary>Values of one searchable document.</summary>
    public const int DocumentValuesMax = 256;

    /// <summary>Labels kept as searchable documents. Beyond, they are read anew: about a kilobyte each.</summary>
    public const int MatchDocumentsMax = 4096;

    /// <summary>Depth of a stored JSON value.</summary>
    public const int StorageValueDepthMax = 128;

    /// <summary>Characters of a collection or a key. They are part of every index entry, which PostgreSQL keeps below 2,704 bytes.</summary>
    public const int StorageNameBytesMax = 1024;

    /// <summary>Objects of one request to write, read or delete.</summary>
    public const int StorageObjectsMax = 1024;

    public const int StorageListMax = 100;

    /// <summary>Storage indexes of one server.</summary>
    public const int StorageIndexesMax = 64;

    /// <summary>Fields of one storage index.</summary>
    public const int StorageIndexFieldsMax = 32;

    /// <summary>Objects an index holds at most, and unless declared otherwise. An entry of a few fields takes about half a kilobyte.</summary>
    public const int StorageIndexEntriesMax = 1_000_000;

    public const int StorageIndexEntriesDefault = 100_000;

    /// <summary>Objects one search returns at most, and unless asked otherwise.</summary>
    public const int StorageSearchMax = 100;

    public const int StorageSearchDefault = 10;

    /// <summary>Objects read at a time when an index is built.</summary>
    public const int StorageIndexPage = 1000;

    /// <summary>Fields a search may be ordered by.</summary>
    public const int SearchOrdersMax = 8;

    /// <summary>Boards of one server, tournaments among them; each takes a few kilobytes.</summary>
    public const int LeaderboardsMax = 100_000;

    public const int LeaderboardIdBytesMax = 128;

    /// <summary>Bytes of the metadata of a board or a record, which every list of it carries.</summary>
    public const int LeaderboardMetadataBytesMax = 16_384;

    /// <summary>Periods a board may say it keeps: a hundred years of weeks.</summary>
    public const int LeaderboardPeriodsMax = 5200;

    /// <summary>Seconds since 1970 that fit the contract's 32 bits: until 2106.</summary>
    public const long LeaderboardTimeMax = uint.MaxValue;

    /// <summary>Scores a record takes unless declared otherwise, as clients have always been shown it.</summary>
    public const int LeaderboardScoresDefault = 1_000_000;

    /// <summary>Size of a tournament that takes any number, as clients have always been shown it.</summary>
    public const int TournamentSizeShown = 100_000_000;

    public const int LeaderboardListMax = 1000;
    public const int LeaderboardAroundMax = 100;
    public const int TournamentListMax = 100;
    public const int TournamentRecordsDefault = 10;
    public const int TournamentCategoryMax = 127;
    public const int TournamentTextBytesMax = 255;

    /// <summary>Owners whose records one list gives beside its page.</summary>
    public const int LeaderboardOwnersMax = 1000;

    public const int CronCharactersMax = 256;

    /// <summary>Records of a board that are read like any other page when ranks are loaded: a few milliseconds, for which other reads wait.</summary>
    public const int RankPage = 5000;

    /// <summary>Boards of more records that are read at the same time, each over a connection of its own.</summary>
    public const int RankScansMax = 2;

    /// <summary>
    /// Records of a board that are put in order together, 20 MB. Where the database gives them in no order, all of the board are held until they are merged,
    /// 40 bytes each: 400 MB at the start of a board of ten million.
    /// </summary>
    public const int RankRowsTogether = 1 << 19;

    /// <summary>Records that go from the merge to the ranks together: they stay in a core's cache.</summary>
    public const int RankRowsMerged = 1 << 12;

    /// <summary>Ends and resets a server that was away tells of, a board: the last ones.</summary>
    public const int LeaderboardEventsMax = 100;

    /// <summary>Seconds after which ends and resets are looked for at the latest.</summary>
    public const int LeaderboardLookSeconds = 30;

    /// <summary>Seconds before a reset in which the ranks of the next period are begun, on boards of so many records.</summary>
    public const int LeaderboardAheadSeconds = 10;

    public const int LeaderboardAheadRecords = 1000;

    /// <summary>
    /// Records deleted at a time when a period is no longer kept: more while that takes less than so many milliseconds, fewer while it takes
    /// longer. Between, twice the time it all took and so many milliseconds more belong to others: a million records go in minutes.
    /// </summary>
    public const int LeaderboardSliceMax = 100;

    public const int LeaderboardSliceMin = 10;

    public const int LeaderboardSliceMilliseconds = 4;

    public const int LeaderboardSlicePauseMilliseconds = 8;

    /// <summary>Tries at a write whose grounds keep changing before its caller is told to come again.</summary>
    public const int DecisionTriesMax = 16;

    /// <summary>Bytes of a text that a page's cursor carries: the longest name rows are ordered by.</summary>
    public const int CursorTextBytesMax = 1024;

    /// <summary>Bytes of the metadata of a friendship, a group, a wallet's change.</summary>
    public const int MetadataBytesMax = 16_000;

    /// <summary>Depth of such metadata and of a notification's content.</summary>
    public const int MetadataDepthMax = 64;

    public const int NotificationsListMax = 100;

    /// <summary>Notifications kept of a user; the oldest go first. A user who never looks costs no more than this.</summary>
    public const int NotificationsKeptMax = 1000;

    public const int NotificationSubjectBytesMax = 255;

    /// <summary>Bytes of a notification's content: it must fit a socket's frame with room to spare.</summary>
    public const int NotificationContentBytesMax = 16_000;

    /// <summary>Receivers whose copies are written in one statement: long enough to be cheap, short enough that others get their turn.</summary>
    public const int NotificationReceiversPerWrite = 1000;

    /// <summary>Ids of one request to delete notifications; more than are ever kept are none.</summary>
    public const int NotificationsPerRequestMax = NotificationsKeptMax;

    /// <summary>Friends, invitations and blocks of one user. Friends of friends are looked for among as many.</summary>
    public const int FriendsMax = 5000;

    /// <summary>Blocks a user can still make whose list is full otherwise: nobody must be kept from blocking.</summary>
    public const int BlocksReserve = 5000;

    /// <summary>Users named in one request about friends.</summary>
    public const int FriendsPerRequestMax = 256;

    public const int FriendsListMax = 1000;
    public const int FriendsOfFriendsListMax = 100;
    public const int FriendsOfFriendsListDefault = 10;

    /// <summary>Members of a group unless its creator says otherwise.</summary>
    public const int GroupMembersDefault = 100;

    /// <summary>Members of a group at most; every list of them is read in pages.</summary>
    public const int GroupMembersMax = 100_000;

    /// <summary>Requests to join that wait in one group.</summary>
    public const int GroupJoinRequestsMax = 1000;

    /// <summary>Users banned from one group.</summary>
    public const int GroupBansMax = 10_000;

    /// <summary>Groups a user is in or asks to be in.</summary>
    public const int GroupsPerUserMax = 1000;

    /// <summary>Users named in one request about a group.</summary>
    public const int GroupUsersPerRequestMax = 256;

    /// <summary>Admins who are told of a request to join; those who have been there longest.</summary>
    public const int GroupAdminsToldMax = 100;

    public const int GroupNameBytesMax = 255;
    public const int GroupDescriptionBytesMax = 2048;
    public const int GroupLangTagBytesMax = 18;
    public const int GroupAvatarUrlBytesMax = 512;
    public const int GroupsListMax = 100;

    /// <summary>Wallets changed in one write.</summary>
    public const int WalletUpdatesMax = 100;

    /// <summary>Currencies of one wallet. Its owner gets all of them with every look at the account.</summary>
    public const int WalletCurrenciesMax = 128;

    public const int CurrencyBytesMax = 128;
    public const int WalletLedgerListMax = 100;
}
