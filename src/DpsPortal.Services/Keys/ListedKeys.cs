namespace DpsPortal.Services.Keys;

/// <summary>A page of keys, and where it stands among all.</summary>
/// <param name="Total">How many keys the vaults list on all pages.</param>
/// <param name="ListedAt">When they listed them.</param>
/// <param name="First">The first that the page has from the vaults' lists, for the page before it.</param>
/// <param name="Last">The last, for the page after it.</param>
public sealed record ListedKeys(KeyList List, bool HasPrevious, bool HasNext, int Total, DateTimeOffset ListedAt, string? First, string? Last);
