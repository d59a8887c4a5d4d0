using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace RealtimeServer.Matches;

/// <summary>
/// Names a match, as Nakama does: <c>"&lt;uuid&gt;."</c> for a relayed match, <c>"&lt;uuid&gt;.&lt;node&gt;"</c> for one a node simulates.
/// The default value is no match.
/// </summary>
public readonly record struct MatchId(Guid Value, string Node = "")
{
    private const int GuidLength = 36;

    private static readonly SearchValues<char> UuidCharacters = SearchValues.Create("0123456789abcdefABCDEF-");

    /// <summary>Relayed matches belong to no node.</summary>
    public bool IsRelayed => string.IsNullOrEmpty(Node);

    /// <summary>Stands for the match in snapshot frames: the first four bytes of the uuid as it is printed, read little-endian.</summary>
    public uint Key
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Value.TryWriteBytes(bytes, bigEndian: true, out _);
            return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        }
    }

    /// <summary>Reads what <see cref="ToString"/> writes; the node name may hold 1..<see cref="Limits.NodeNameLengthMax"/> letters, digits, '-' and '_'.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MatchId id)
    {
        id = default;
        if (text is null || text.Length <= GuidLength || text[GuidLength] != '.')
        {
            return false;
        }

        // The runtime's parser takes signs and "0x" for digits; an id must print as it was written.
        ReadOnlySpan<char> uuid = text.AsSpan(0, GuidLength);
        ReadOnlySpan<char> node = text.AsSpan(GuidLength + 1);
        if (uuid.ContainsAnyExcept(UuidCharacters) || !Guid.TryParseExact(uuid, "D", out Guid value) || (node.Length > 0 && !IsNodeName(node)))
        {
            return false;
        }

        id = new MatchId(value, node.ToString());
        return true;
    }

    public bool Equals(MatchId other) => Value == other.Value && string.Equals(Node ?? "", other.Node ?? "", StringComparison.Ordinal);

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => string.Create(null, stackalloc char[GuidLength + 1 + Limits.NodeNameLengthMax], $"{Value:D}.{Node}");

    internal static bool IsNodeName(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > Limits.NodeNameLengthMax)
        {
            return false;
        }

        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return false;
            }
        }

        return true;
    }
}
