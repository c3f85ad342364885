using System.Collections.ObjectModel;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

/// <summary>The names of all keys, as the vaults listed them at one time.</summary>
/// <param name="Vaults">By name of the vault.</param>
internal sealed record KeyNames(IReadOnlyDictionary<string, (IReadOnlyList<string> Names, VaultCondition Condition)> Vaults, DateTimeOffset ReadAt)
{
    /// <summary>When the current versions of those that have an end have it.</summary>
    public IReadOnlyDictionary<KeyName, DateTimeOffset> Ends { get; init; } = ReadOnlyDictionary<KeyName, DateTimeOffset>.Empty;

    /// <summary>All of them in the order of pages, sorted once for however many pages.</summary>
    public IReadOnlyList<KeyName> Sorted { get; } =
        [.. Vaults.SelectMany(vault => vault.Value.Names.Select(name => new KeyName(vault.Key, name))).Order(KeyPages.ByName)];
}
