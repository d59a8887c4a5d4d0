namespace RealtimeServer.Server;

/// <summary>The version of the program, such as 0.1.0.</summary>
internal static class ProductVersion
{
    public static readonly string Text = typeof(ProductVersion).Assembly.GetName().Version is Version version ? version.ToString(3) : "0.0.0";
}
