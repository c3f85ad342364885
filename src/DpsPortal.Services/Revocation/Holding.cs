using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Revocation;

/// <summary>One thing that a revocation wants off: a version disabled, or a role assignment removed.</summary>
internal sealed record Holding(KeyIdentifier? Version, RoleAssignment? Assignment, HoldState State)
{
    public string Subject => Version?.ToString() ?? Assignment!.Id;

    public bool IsSameAs(Holding other) => Version is not null ? Version == other.Version
        // The same grant may have been made anew under another name before the other revocation took it.
        : other.Assignment is { } theirs && theirs.Gives(Assignment!);

    public VaultChange ToChange(RevokeIntent intent) => Version is not null
        ? new VaultChange(VaultChangeKind.DisableVersion, Version.ToString())
        : ImpactCalculator.ChangeOf(Assignment!, intent.Identity!, intent.Target.Key);
}
