using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RealtimeServer.Bench.Echo;

/// <summary>What the command line of the echo benchmarks may set.</summary>
internal sealed record EchoArguments
{
    /// <summary>Where the server listens; 0 takes a free port.</summary>
    public int Port { get; init; }

    public int Shards { get; init; } = 1;

    public int GatherMicroseconds { get; init; } = Transport.Limits.GatherMicroseconds;

    public bool Portable { get; init; }

    /// <summary>The server's process, whose CPU is counted; 0 for none.</summary>
    public int ProcessId { get; init; }

    public int Clients { get; init; } = 1_000;

    /// <summary>Messages a second and client; 0: each sends the next when its last has come back, -1: none at all.</summary>
    public int Rate { get; init; } = 30;

    /// <summary>Bytes of a message, 12 at least.</summary>
    public int Bytes { get; init; } = 64;

    public double Seconds { get; init; } = 5;

    public Transport.DeliveryMethod Method { get; init; } = Transport.DeliveryMethod.Unreliable;

    /// <summary>Messages under way at once where the rate is 0.</summary>
    public int InFlight { get; init; } = 1;

    /// <summary>How often clients without messages ping; 1,000 as stock clients do.</summary>
    public int IdlePingMilliseconds { get; init; } = Transport.ConnectionSettings.Default.IdlePingMilliseconds;

    /// <summary>Speak the wire of LiteNetLib 1.x.</summary>
    public bool Version1 { get; init; }

    public static bool TryParse(ReadOnlySpan<string> args, [NotNullWhen(true)] out EchoArguments? arguments)
    {
        arguments = null;
        EchoArguments? result = new();
        for (int i = 0; i < args.Length && result is not null; i++)
        {
            string name = args[i];
            if (name is "--portable" or "--v1")
            {
                result = name == "--v1" ? result with { Version1 = true } : result with { Portable = true };
                continue;
            }

            if (i + 1 == args.Length)
            {
                return false;
            }

            string value = args[++i];
            bool isNumber = int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number);
            result = name switch
            {
                "--port" when isNumber && number is >= 0 and <= 65_535 => result with { Port = number },
                "--shards" when isNumber && number is >= 1 and <= Transport.Limits.ShardsMax => result with { Shards = number },
                "--gather" when isNumber && number is >= 0 and <= Transport.Limits.GatherMicrosecondsMax => result with { GatherMicroseconds = number },
                "--pid" when isNumber && number > 0 => result with { ProcessId = number },
                "--clients" when isNumber && number is >= 1 and <= 30_000 => result with { Clients = number },
                "--rate" when isNumber && number is >= -1 and <= 10_000 => result with { Rate = number },
                "--bytes" when isNumber && number is >= 12 and <= 1_000 => result with { Bytes = number },
                "--seconds" when isNumber && number is >= 1 and <= 600 => result with { Seconds = number },
                "--in-flight" when isNumber && number is >= 1 and <= 64 => result with { InFlight = number },
                "--idle-ping" when isNumber && number is >= 100 and <= 8_000 => result with { IdlePingMilliseconds = number },
                "--method" when Enum.TryParse(value, ignoreCase: true, out Transport.DeliveryMethod method) => result with { Method = method },
                _ => null,
            };
        }

        arguments = result;
        return result is not null;
    }
}
