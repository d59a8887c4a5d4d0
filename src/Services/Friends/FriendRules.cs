using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Notifications;

namespace RealtimeServer.Services.Friends;

/// <summary>What two users are to each other; null: nothing.</summary>
/// <param name="Mine">The other to the one who acts.</param>
/// <param name="Theirs">The one who acts to the other.</param>
public readonly record struct FriendPair(FriendState? Mine, FriendState? Theirs)
{
    public bool IsBlocked => Mine == FriendState.Blocked || Theirs == FriendState.Blocked;
}

/// <summary>What becomes of a pair.</summary>
/// <param name="Notification">The code of what the other is told; null: nothing.</param>
public readonly record struct FriendChange(FriendPair After, int? Notification);

/// <summary>The rules of friendship. Pure.</summary>
public static class FriendRules
{
    /// <summary>Invites, or accepts an invitation. A block on either side is not told of: nothing happens.</summary>
    public static FriendChange Add(FriendPair pair) => pair switch
    {
        (null, null) => new(new(FriendState.InviteSent, FriendState.InviteReceived), NotificationCodes.FriendRequest),
        (FriendState.InviteReceived, FriendState.InviteSent) => new(new(FriendState.Friend, FriendState.Friend), NotificationCodes.FriendAccepted),
        _ => new(pair, null),
    };

    /// <summary>Ends a friendship, takes back or refuses an invitation, lifts a block. The other's block stays.</summary>
    public static FriendChange Delete(FriendPair pair)
    {
        FriendState? theirs = pair.Theirs == FriendState.Blocked ? FriendState.Blocked : null;
        bool bothHad = pair.Mine is not null && pair.Theirs is not null and not FriendState.Blocked;
        return new(new(null, theirs), bothHad ? NotificationCodes.FriendRemoved : null);
    }

    /// <summary>Blocks; whatever else tied the two ends.</summary>
    public static FriendChange Block(FriendPair pair) =>
        new(new(FriendState.Blocked, pair.Theirs == FriendState.Blocked ? FriendState.Blocked : null), null);

    /// <summary>Makes two friends who know each other elsewhere.</summary>
    public static FriendChange Import(FriendPair pair) => pair.IsBlocked || pair.Mine == FriendState.Friend
        ? new(pair, null)
        : new(new(FriendState.Friend, FriendState.Friend), NotificationCodes.FriendJoinedGame);

    /// <returns>A text for the client; null is consent.</returns>
    public static string? RefuseMetadata(string metadata) =>
        metadata.Length == 0 || (RequestTexts.Fits(metadata, Limits.MetadataBytesMax) && RequestTexts.IsJsonObject(metadata))
            ? null
            : $"Metadata must be a JSON object of at most {Limits.MetadataBytesMax} bytes.";

    /// <summary>Two JSON objects as one; of fields both have, the added one's count. Both are as <see cref="RefuseMetadata"/> lets them be.</summary>
    public static string MergeMetadata(string metadata, string added)
    {
        if (added.Length == 0)
        {
            return metadata;
        }
        JsonObject merged = Read(metadata);
        if (merged.Count == 0)
        {
            return added;
        }
        foreach ((string name, JsonNode? value) in Read(added))
        {
            merged[name] = value?.DeepClone();
        }
        string text = merged.ToJsonString();
        return RequestTexts.Fits(text, Limits.MetadataBytesMax) ? text : metadata;
    }

    // A name that stands twice counts as it last stands, as databases have it.
    private static JsonObject Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Limits.MetadataDepthMax });
        JsonObject read = [];
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            read[property.Name] = JsonNode.Parse(property.Value.GetRawText(), documentOptions: new JsonDocumentOptions { MaxDepth = Limits.MetadataDepthMax });
        }
        return read;
    }
}
