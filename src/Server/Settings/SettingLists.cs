using System.Net;

namespace RealtimeServer.Server.Settings;

/// <summary>Settings that list things, with commas between.</summary>
internal static class SettingLists
{
    /// <exception cref="SettingException">An entry is neither an address nor a network.</exception>
    public static IReadOnlyList<IPNetwork> Networks(SettingValues values, string name)
    {
        List<IPNetwork> networks = [];
        foreach (string entry in Entries(values, name))
        {
            if (IPNetwork.TryParse(entry, out IPNetwork network))
            {
                networks.Add(network);
            }
            else if (Setting.TryAddress(entry, out IPAddress address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else
            {
                throw new SettingException($"{name} (from {values.Origin(name)}) holds \"{entry}\", which is neither an address nor a network such as 10.0.0.0/8.");
            }
        }
        return networks;
    }

    /// <exception cref="SettingException">An entry is no origin.</exception>
    public static IReadOnlyList<string> Origins(SettingValues values, string name)
    {
        string[] origins = Entries(values, name);
        foreach (string entry in origins)
        {
            if (!IsOrigin(entry))
            {
                throw new SettingException($"{name} (from {values.Origin(name)}) holds \"{entry}\", which is no origin: scheme, host and port, such as https://play.example.com.");
            }
        }
        return origins;
    }

    private static bool IsOrigin(string entry) => entry == "*"
        || (Uri.TryCreate(entry, UriKind.Absolute, out Uri? uri)
            && string.Equals(uri.GetLeftPart(UriPartial.Authority), entry, StringComparison.OrdinalIgnoreCase));

    public static string[] Entries(SettingValues values, string name) =>
        values.Text(name).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
