using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Revocation;

namespace DpsPortal.Services.Impact;

/// <summary>What a revocation would break, computed from the stores as they are. Nothing in it is an estimate unless its name says so.</summary>
/// <param name="Instances">Every instance whose key this is, affected or not.</param>
/// <param name="Effects">Operation by operation: before, after, and with which code.</param>
/// <param name="Vault">What will be changed at the vault, exactly.</param>
/// <param name="NoticedWithin">How long DPS could need to notice the same change made outside the portal.</param>
/// <param name="ComputedAt">When it was computed; an impact older than <see cref="ValidFor"/> cannot be acknowledged.</param>
/// <param name="Fingerprint">Hash over target, changes and who loses what; without times and counts. Starting a revocation needs the current one.</param>
public sealed record RevocationImpact(
    RevocationTarget Target,
    IReadOnlyList<AffectedInstance> Instances,
    IReadOnlyList<OperationEffect> Effects,
    IReadOnlyList<VaultChange> Vault,
    TimeSpan NoticedWithin,
    DateTimeOffset ComputedAt,
    string Fingerprint)
{
    public static TimeSpan ValidFor { get; } = TimeSpan.FromSeconds(60);

    /// <summary>So much more may be lost than was acknowledged: ordinary registrations go on while somebody reads.</summary>
    private const double GrowthShare = 0.1;

    private const long GrowthAlways = 100;

    public IEnumerable<AffectedInstance> Losing => Instances.Where(instance => instance.LosesAccess);

    /// <summary>
    /// Whether who has acknowledged this has acknowledged <paramref name="later"/> as well: the same changes hit the same instances in
    /// the same way, and none of them loses many more records.
    /// </summary>
    public bool Covers(RevocationImpact later) => later.Fingerprint == Fingerprint && later.Losing.All(instance =>
    {
        var acknowledged = Losing.Single(known => known.Name == instance.Name).Records.Total;
        return instance.Records.Total - acknowledged <= Math.Max(GrowthAlways, acknowledged * GrowthShare);
    });
}

/// <param name="LosesAccess">Its reads and writes will be rejected.</param>
/// <param name="Reason">Why it loses access or keeps it.</param>
public sealed record AffectedInstance(
    string Name,
    string IdScope,
    bool LosesAccess,
    ImpactReason Reason,
    KeyIdentifier EffectiveVersion,
    RecordCounts Records,
    KeyAccess AccessNow);

public enum ImpactReason
{
    WrappedByThisVersion,
    WrappedByAnotherVersion,
    UsesThisKey,
    RoleRemovedFromItsIdentity,
    KeepsItsRole,
    AlreadyRevoked,
}

/// <param name="Kind">Which operation of DPS or of a device.</param>
/// <param name="Breaks">Whether it stops working; telemetry of provisioned devices, for one, does not.</param>
/// <param name="StatusCode">HTTP status afterwards, when it breaks. Simulated, modelled on IoT Hub and Event Hubs.</param>
/// <param name="Scope">How many records, groups or devices it concerns.</param>
public sealed record OperationEffect(OperationKindAffected Kind, bool Breaks, int? StatusCode, int? ErrorCode, long Scope);

public enum OperationKindAffected
{
    RegisterDevice,
    ReprovisionDevice,
    ReadEnrollments,
    WriteEnrollments,
    ReadRegistrations,
    TelemetryOfProvisionedDevices,
    ManageInstance,
}

/// <summary>One change at the vault that a revocation makes, in the order they are made.</summary>
/// <param name="Subject">The key version, or the identity and key of a role assignment.</param>
public sealed record VaultChange(VaultChangeKind Kind, string Subject);

public enum VaultChangeKind
{
    DisableVersion,
    RemoveRoleAssignment,
}
