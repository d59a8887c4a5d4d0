using RealtimeServer.Bots;

// Headless players: they sign in over HTTP, connect over reliable UDP, play whole matches and measure what a player would feel.
return await new CommandLine().Root.Parse(args).InvokeAsync();
