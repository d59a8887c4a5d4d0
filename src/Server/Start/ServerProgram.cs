using System.Runtime;
using System.Runtime.InteropServices;
using RealtimeServer.Server.Settings;

namespace RealtimeServer.Server.Start;

/// <summary>The program around the server: arguments in, exit code out.</summary>
internal static class ServerProgram
{
    public const int Stopped = 0;
    public const int CannotStart = 1;
    public const int BadSetting = 2;
    public const int FoundDamage = 3;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Contains("--help") || args.Contains("-h"))
        {
            Console.Out.Write(SettingsTable.Help());
            return Stopped;
        }
        if (args.Contains("--version"))
        {
            Console.Out.WriteLine(ProductVersion.Text);
            return Stopped;
        }
        if (DatabaseCommand.IsOne(args))
        {
            return await RunCommandAsync(args).ConfigureAwait(false);
        }
        // Collections of the oldest generation then run beside the ticks; the server allocates little enough to afford it.
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        SocketThreads.Prefer();
        bool serves = false;
        TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        RunningServer server;
        try
        {
            server = await ServerHost.StartAsync(args, Console.Out).ConfigureAwait(false);
        }
        catch (SettingException exception)
        {
            return Refuse(exception, BadSetting);
        }
        catch (StartException exception)
        {
            return Refuse(exception, CannotStart);
        }
        await using (server.ConfigureAwait(false))
        {
            Volatile.Write(ref serves, true);
            await stop.Task.ConfigureAwait(false);
            await server.StopAsync().ConfigureAwait(false);
        }
        return Stopped;

        // A second signal is not held back: who is in a hurry ends the process at once. Nor is one while the server still starts, and perhaps waits
        // for its database: there is nothing to finish yet.
        void Stop(PosixSignalContext context) => context.Cancel = Volatile.Read(ref serves) && stop.TrySetResult();
    }

    private static async Task<int> RunCommandAsync(string[] args)
    {
        (string[] words, string[] arguments) = DatabaseCommand.Split(args);
        try
        {
            ServerSettings settings = ServerSettings.From(ServerHost.ReadSettings(arguments));
            return await new DatabaseCommand(settings, Console.Out, TimeProvider.System).RunAsync(words).ConfigureAwait(false);
        }
        catch (SettingException exception)
        {
            return Refuse(exception, BadSetting);
        }
        catch (StartException exception)
        {
            return Refuse(exception, CannotStart);
        }
    }

    private static int Refuse(Exception exception, int code)
    {
        Console.Error.WriteLine(exception.Message);
        return code;
    }
}
