using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Wallets;

/// <summary>What changes of wallets may be. Pure: a refusal is a text for who wrote it, null is consent.</summary>
public static class WalletRules
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string? Refuse(IReadOnlyList<WalletUpdate> updates)
    {
        if (updates.Count is 0 or > Limits.WalletUpdatesMax)
        {
            return $"1 to {Limits.WalletUpdatesMax} wallets can be updated at once.";
        }
        if (updates.Select(u => u.Id).Distinct().Count() != updates.Count)
        {
            return "Two updates have the same id.";
        }
        return updates.Select(Refuse).FirstOrDefault(r => r is not null);
    }

    /// <summary>Balances or a changeset as the JSON object clients read.</summary>
    public static string Json(IEnumerable<KeyValuePair<string, long>> amounts) =>
        JsonSerializer.Serialize(new SortedDictionary<string, long>(new Dictionary<string, long>(amounts), StringComparer.Ordinal), Readable);

    /// <summary>Reads such an object. False with what is wrong.</summary>
    public static bool TryRead(string json, out Dictionary<string, long> amounts, out string refusal)
    {
        amounts = [];
        refusal = "Changeset must be a JSON object of whole numbers.";
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return false;
            }
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind != JsonValueKind.Number || !property.Value.TryGetInt64(out long amount) || !amounts.TryAdd(property.Name, amount))
                {
                    return false;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
        refusal = "";
        return true;
    }

    private static string? Refuse(WalletUpdate update)
    {
        if (update.Changeset.Count is 0 or > Limits.WalletCurrenciesMax)
        {
            return $"A changeset must name 1 to {Limits.WalletCurrenciesMax} currencies.";
        }
        if (update.Changeset.Keys.Any(c => c.Length == 0 || RequestTexts.HasControl(c) || !RequestTexts.Fits(c, Limits.CurrencyBytesMax)))
        {
            return $"A currency's name must be 1 to {Limits.CurrencyBytesMax} bytes, without control characters.";
        }
        if (update.Changeset.Values.Any(a => a == long.MinValue))
        {
            return string.Create(CultureInfo.InvariantCulture, $"An amount must be at least {-long.MaxValue}.");
        }
        return RequestTexts.Fits(update.Metadata, Limits.MetadataBytesMax) && RequestTexts.IsJsonObject(update.Metadata)
            ? null
            : $"Metadata must be a JSON object of at most {Limits.MetadataBytesMax} bytes.";
    }
}
