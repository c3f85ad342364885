namespace DpsPortal.Services.Keys;

/// <summary>Which page of which keys.</summary>
/// <param name="Search">A part of the name, or of vault/name, without case.</param>
/// <param name="After">The page after this vault/name.</param>
/// <param name="Before">The page before this vault/name; not with <paramref name="After"/>.</param>
/// <param name="Count">1 to 200.</param>
/// <param name="Anew">Whether vaults are to list their keys now.</param>
public sealed record KeyQuery(string? Search = null, string? After = null, string? Before = null, int Count = 25, bool Anew = false);
