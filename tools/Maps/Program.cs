using RealtimeServer.Maps;
using Spectre.Console;

// What designers and developers ask of maps: whether they are right, what they look like, how paths go and how long they take.
if (Console.IsOutputRedirected)
{
    // A file or another program reads lines as they are, without colours and without breaks.
    AnsiConsole.Profile.Capabilities.Ansi = false;
    AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
    AnsiConsole.Profile.Width = 240;
}

return await new CommandLine().Root.Parse(args).InvokeAsync();
