namespace RealtimeServer.Server;

/// <summary>Every limit of the doors and of the composition, with its reason.</summary>
internal static class Limits
{
    public const int PortMax = 65_535;

    public const int PathLengthMax = 4_096;

    public const int DatabaseAddressLengthMax = 4_096;

    public const int ServerKeyLengthMax = 128;

    /// <summary>In characters; what <see cref="Services.Limits.SigningKeyBytesMin"/> asks in bytes, as a character has at least one.</summary>
    public const int SigningKeyLengthMin = Services.Limits.SigningKeyBytesMin;

    public const int SigningKeyLengthMax = 512;

    /// <summary>Characters of an id or a secret of a provider.</summary>
    public const int ProviderTextLengthMax = 512;

    /// <summary>A year. Tokens cannot be taken back before they expire.</summary>
    public const int TokenSecondsMax = 365 * 24 * 3600;

    /// <summary>Five minutes: every token is remembered until it expires, so that it is used once.</summary>
    public const int ConnectSecondsMax = 300;

    public const int NodeNameLengthMax = Matches.Limits.NodeNameLengthMax;

    public const int WorkersMax = Matches.Limits.WorkersMax;

    /// <summary>Nesting of appsettings.json; names have two parts.</summary>
    public const int SettingsDepthMax = 8;

    /// <summary>Looks at whether another server that starts has made a key, and the time between two: some seconds together.</summary>
    public const int KeyFileTries = 500;

    public const int KeyFileWaitMilliseconds = 10;

    /// <summary>Bytes of a request's body, before and after decompression; Nakama's number, which its clients know.</summary>
    public const int BodyBytesMax = 262_144;

    /// <summary>Bytes of a body that an operator sends with the admin key: an account's file.</summary>
    public const int OperatorBodyBytesMax = 32 * 1024 * 1024;

    /// <summary>An answer from this size on is compressed for who reads gzip; below, the packet is one anyway.</summary>
    public const int CompressedBytesMin = 2_048;

    /// <summary>Bytes a thread's buffer for answers begins with; most fit.</summary>
    public const int AnswerBufferBytes = 4_096;

    /// <summary>A thread's buffer that has grown beyond is not kept.</summary>
    public const int AnswerBufferKeptBytesMax = 1 << 20;

    /// <summary>Deadlines of requests kept for the next ones; as many as run at the same time on a busy server.</summary>
    public const int DeadlinesKeptMax = 1_024;

    /// <summary>Seconds a setting may give a request.</summary>
    public const int RequestSecondsMax = 600;

    /// <summary>Characters of a request id that a client may choose; a UUID has 36, a W3C trace 55.</summary>
    public const int RequestIdLengthMax = 64;

    /// <summary>Characters of an address with a port in X-Forwarded-For.</summary>
    public const int AddressLengthMax = 64;

    /// <summary>Addresses whose rate is remembered at the same time; a bucket takes some 50 bytes.</summary>
    public const int RateLimitAddressesMax = 65_536;

    /// <summary>Calls a second a setting may allow.</summary>
    public const int CallsPerSecondMax = 1_000_000;

    /// <summary>Characters of a setting that lists addresses or origins.</summary>
    public const int ListLengthMax = 4_096;

    /// <summary>Seconds in which a database must answer to count as ready.</summary>
    public const int DatabaseAnswerSeconds = 2;

    /// <summary>Streams of one HTTP/2 connection at the same time: a backend that multiplexes all its players' calls.</summary>
    public const int StreamsPerConnectionMax = 256;

    /// <summary>A token in the query of /ws may take <see cref="Services.Limits.TokenCharactersMax"/>; as much again for the rest.</summary>
    public const int RequestHeadBytesMax = 2 * Services.Limits.TokenCharactersMax;

    public const int HeadersMax = 64;

    /// <summary>Open TCP connections. Each costs some 20 KB, so this bounds what strangers can hold to about 1.5 GB.</summary>
    public const int HttpConnectionsMax = 65_536 + 4_096;

    public const int RequestHeadSeconds = 10;

    public const int KeepAliveSeconds = 60;

    /// <summary>Bytes of one message a client may send over WebSocket; Nakama's number.</summary>
    public const int SocketMessageBytesMax = 4_096;

    /// <summary>Ping period and how long a pong may take; a silent peer is gone after 25 s, as with Nakama.</summary>
    public const int SocketPingSeconds = 15;

    /// <inheritdoc cref="SocketPingSeconds"/>
    public const int SocketPongSeconds = 10;

    /// <summary>Seconds the client has to answer a close before its connection is cut.</summary>
    public const int SocketCloseSeconds = 5;

    /// <summary>Messages that must arrive, waiting for one socket. Who lags further than this is closed.</summary>
    public const int QueuedMessagesMax = 256;

    /// <summary>Bytes of such messages, so that a few thousand stalled clients cannot exhaust memory.</summary>
    public const int QueuedBytesMax = 1 << 20;

    /// <summary>Snapshot parts waiting for one socket: half a second of a large match. Older ones make room for newer.</summary>
    public const int QueuedSnapshotsMax = 32;

    /// <summary>Largest reliable message written from the stack; a larger one is rare and takes a pooled buffer.</summary>
    public const int StackMessageBytesMax = 1_024;

    /// <summary>Time series one instrument may have; a tag with unbounded values must not fill memory.</summary>
    public const int SeriesMax = 256;

    /// <summary>Size of a file of the demo page; they are small and read into memory.</summary>
    public const int DemoFileBytesMax = 8 << 20;

    /// <summary>Seconds a stopping server gives open connections.</summary>
    public const int StopSeconds = 5;

    /// <summary>Seconds a setting may give requests that run while the server stops, or balancers to notice.</summary>
    public const int StopSecondsMax = 600;

    public const int DrainPollMilliseconds = 10;

    /// <summary>Files of the maps folder that are looked at for changes, and how deep they may lie.</summary>
    public const int MapFolderFilesMax = 20_000;

    /// <inheritdoc cref="MapFolderFilesMax"/>
    public const int MapFolderDepthMax = 16;

    /// <summary>Longest pause between two looks at the maps folder. Seconds.</summary>
    public const int MapReloadSecondsMax = 3600;

    /// <summary>Pause before a demo match that failed is started again, doubling up to the greater. Seconds.</summary>
    public const int DemoRetrySecondsMin = 1;

    /// <summary>Bytes of a picture of the demo's bodies, and how old one may be that visitors share.</summary>
    public const int DemoPictureBytesMax = 64 * 1024;

    /// <inheritdoc cref="DemoPictureBytesMax"/>
    public const int DemoPictureMilliseconds = 50;

    /// <summary>Cells of a grid that the demo shows: copied when they change, and a byte or two each in an answer.</summary>
    public const int DemoCellsMax = 128 * 128;

    /// <summary>Agents whose ways and velocities the demo shows: at most 160 bytes each in an answer.</summary>
    public const int DemoAgentsMax = 1_000;

    /// <summary>Goals whose flow fields are kept for the demo's visitors, and the most that are worked out for one picture.</summary>
    public const int DemoFlowGoalsMax = 16;

    /// <inheritdoc cref="DemoRetrySecondsMin"/>
    public const int DemoRetrySecondsMax = 60;

    /// <summary>Seconds a start waits for the ranks of leaderboards. Those of large boards come while it serves already.</summary>
    public const int RanksStartSeconds = 1;
}
