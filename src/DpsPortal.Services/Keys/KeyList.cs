using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

/// <summary>Keys as the vaults show them, and those that they do not show, each with the reason.</summary>
/// <param name="Keys">What the vaults showed.</param>
/// <param name="Absent">Keys that DPS uses or a vault names, and that could not be shown.</param>
/// <param name="Vaults">Every configured vault.</param>
public sealed record KeyList(IReadOnlyList<KeyOverview> Keys, IReadOnlyList<AbsentKey> Absent, IReadOnlyList<VaultStatus> Vaults, DateTimeOffset ReadAt)
{
    /// <summary>How many keys there are in all, as far as they have been listed.</summary>
    public int? All { get; init; }

    /// <summary>When <see cref="All"/> were listed.</summary>
    public DateTimeOffset? ListedAt { get; init; }

    /// <summary>Vaults of which it is not known, or no longer of use, which keys they have.</summary>
    public IEnumerable<VaultStatus> Unread => Vaults.Where(vault => vault.Condition is not VaultCondition.Answers);

    /// <summary>Whether a key that is not listed is known not to be there.</summary>
    public bool IsWhole => !Unread.Any() && !Absent.Any(key => key.Absence is KeyAbsence.Unread);
}
