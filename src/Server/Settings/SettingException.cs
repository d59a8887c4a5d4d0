namespace RealtimeServer.Server.Settings;

/// <summary>A setting that stops the start; the text names it, says where it came from and what is allowed.</summary>
public sealed class SettingException : Exception
{
    public SettingException(string message)
        : base(message)
    {
    }
}
