using System.Diagnostics;
using RealtimeServer.Server.Settings;
using RealtimeServer.Services;

namespace RealtimeServer.Server;

/// <summary>Starts servers: the program one, tests as many as they like.</summary>
public static class ServerHost
{
    /// <summary>Starts a server with command-line arguments, as the program does; ports of 0 take free ones.</summary>
    /// <exception cref="SettingException">A setting is unknown, malformed or refused.</exception>
    /// <exception cref="StartException">A port is taken, the database or the maps cannot be used.</exception>
    public static Task<RunningServer> StartAsync(string[] args) => StartAsync(args, TextWriter.Null);

    /// <param name="screen">Gets the start screen.</param>
    internal static async Task<RunningServer> StartAsync(string[] args, TextWriter screen)
    {
        TimeProvider time = TimeProvider.System;
        _ = Task.Run(Catalogue.LoadContract);
        ServerSettings settings = ServerSettings.From(ReadSettings(args));
        RunningServer server = await Composition.StartAsync(settings, time).ConfigureAwait(false);
        await screen.WriteAsync(server.StartScreen).ConfigureAwait(false);
        await screen.FlushAsync().ConfigureAwait(false);
        server.Log.Listening((long)(time.GetUtcNow() - Process.GetCurrentProcess().StartTime.ToUniversalTime()).TotalMilliseconds);
        // Those who call in the meantime have the code of what they call made first.
        _ = Task.Run(Catalogue.PrepareContract);
        return server;
    }

    /// <exception cref="SettingException">A setting is unknown or malformed.</exception>
    internal static SettingValues ReadSettings(string[] args) => SettingsReader.Read(
        [AppContext.BaseDirectory, Environment.CurrentDirectory], Environment.GetEnvironmentVariables(), args);
}
