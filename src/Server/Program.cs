using RealtimeServer.Server.Start;

return await ServerProgram.RunAsync(args).ConfigureAwait(false);
