using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Instances;

/// <summary>What a creation would meet now.</summary>
/// <param name="WaitsForRoleSince">
/// When the role was assigned, while all that fails is that the vault does not honour it yet; otherwise <see langword="null"/>.
/// </param>
public sealed record Rehearsal(CreationChecks Checks, DateTimeOffset? WaitsForRoleSince = null)
{
    /// <summary>How long a role assignment takes to be honoured at most (Azure RBAC, "Troubleshoot Azure RBAC").</summary>
    public static readonly TimeSpan LongestPropagation = TimeSpan.FromMinutes(10);
}
