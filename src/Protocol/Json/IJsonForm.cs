using System.Text.Json;

namespace RealtimeServer.Protocol.Json;

/// <summary>
/// How values of one type stand in JSON. Implemented by structs without state and named as type arguments, so that the code of a
/// field is compiled for its form: no boxing, no virtual call.
/// </summary>
internal interface IJsonForm<TValue>
{
    /// <summary>Whether the value is left out.</summary>
    static abstract bool IsDefault(TValue value);

    static abstract void Write(Utf8JsonWriter writer, TValue value);

    /// <summary>Reads the token the source stands on, and stands on the value's last token afterwards.</summary>
    /// <exception cref="ContractJsonException">It is no such value.</exception>
    static abstract TValue Read(ref JsonSource source);
}
