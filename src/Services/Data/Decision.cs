namespace RealtimeServer.Services.Data;

/// <summary>What was decided on what was seen.</summary>
/// <param name="Result">What the caller is told.</param>
/// <param name="Batch">
/// What makes it so; null: nothing. Its statements must refuse to touch rows when what was seen, and decided on, is so no more.
/// </param>
public readonly record struct Decision<T>(T Result, SqlBatch? Batch);
