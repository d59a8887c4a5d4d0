using System.Globalization;
using System.Text;

namespace RealtimeServer.Transport.Simulator;

/// <summary>What a network does to the datagrams of one direction. The default is a network without fault.</summary>
/// <remarks>As text: <c>100ms±20 2% burst 5%x20 dup 1% reorder 3% corrupt 0.1% 256kbit queue 32kB mtu 1200</c>; see <see cref="Parse"/>.</remarks>
public sealed record NetworkConditions
{
    public static NetworkConditions Perfect { get; } = new();

    /// <summary>Time under way, 0 to 10,000 milliseconds.</summary>
    public double LatencyMilliseconds { get; init; }

    /// <summary>Each datagram's latency differs by up to so much either way, 0 to 10,000 milliseconds; so one may overtake another.</summary>
    public double JitterMilliseconds { get; init; }

    /// <summary>Share of datagrams lost one by one, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>Share of datagrams lost in bursts, 0 to 0.9 (the model of Gilbert: a good state and one in which all is lost).</summary>
    public double BurstLoss { get; init; }

    /// <summary>Mean length of a burst in datagrams, 1 to 1,000.</summary>
    public double BurstLength { get; init; } = 8;

    /// <summary>Share of datagrams that arrive twice, 0 to 1.</summary>
    public double Duplication { get; init; }

    /// <summary>Share of datagrams held back behind later ones, 0 to 1: by as long again as their latency, 10 milliseconds at least.</summary>
    public double Reordering { get; init; }

    /// <summary>Share of datagrams that arrive changed: a few bits flipped, or cut short; 0 to 1. UDP's checksum would drop most of them; here none is.</summary>
    public double Corruption { get; init; }

    /// <summary>Bits a second the link takes, 0 for any number.</summary>
    public long BitsPerSecond { get; init; }

    /// <summary>Bytes that wait before a link with limited bandwidth; what finds them waiting is lost.</summary>
    public int QueueBytes { get; init; } = 64 * 1024;

    /// <summary>Datagrams with more bytes than this vanish without a word, 0 for none; 1 to 65,535.</summary>
    public int MtuBytes { get; init; }

    /// <summary>Reads conditions from words in any order.</summary>
    /// <param name="text">
    /// <c>100ms</c>, <c>100ms±20</c> or <c>100ms+-20</c> latency and jitter; <c>2%</c> loss; <c>burst 5%x20</c>; <c>dup 1%</c>; <c>reorder 3%</c>;
    /// <c>corrupt 0.1%</c>; <c>256kbit</c>, <c>10mbit</c>; <c>queue 32kB</c>; <c>mtu 1200</c>.
    /// </param>
    /// <exception cref="FormatException">Names the word and what is allowed.</exception>
    public static NetworkConditions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ConditionsReader(text).Read();
    }

    /// <summary>The same conditions as text that <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (LatencyMilliseconds > 0 || JitterMilliseconds > 0)
        {
            Add(text, JitterMilliseconds > 0 ? $"{Number(LatencyMilliseconds)}ms±{Number(JitterMilliseconds)}" : $"{Number(LatencyMilliseconds)}ms");
        }

        AddShare(text, "", Loss);
        if (BurstLoss > 0)
        {
            Add(text, $"burst {Number(BurstLoss * 100)}%x{Number(BurstLength)}");
        }

        AddShare(text, "dup ", Duplication);
        AddShare(text, "reorder ", Reordering);
        AddShare(text, "corrupt ", Corruption);
        if (BitsPerSecond > 0)
        {
            Add(text, BitsPerSecond % 1_000_000 == 0 ? $"{BitsPerSecond / 1_000_000}mbit" : $"{Number(BitsPerSecond / 1000.0)}kbit");
            Add(text, $"queue {Number(QueueBytes / 1024.0)}kB");
        }

        if (MtuBytes > 0)
        {
            Add(text, $"mtu {MtuBytes}");
        }

        return text.Length == 0 ? "perfect" : text.ToString();
    }

    private static void Add(StringBuilder text, string word) => text.Append(text.Length == 0 ? "" : " ").Append(word);

    private static void AddShare(StringBuilder text, string name, double share)
    {
        if (share > 0)
        {
            Add(text, $"{name}{Number(share * 100)}%");
        }
    }

    private static string Number(double value) => Math.Round(value, 6).ToString("0.######", CultureInfo.InvariantCulture);
}
