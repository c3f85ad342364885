using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;

namespace DpsPortal.Services.Impact;

/// <summary>What a revocation would break, computed from the stores as they are. Nothing in it is an estimate unless its name says so.</summary>
/// <param name="Instances">Every instance whose key this is, affected or not.</param>
/// <param name="Effects">Operation by operation: what becomes of it, and with which code.</param>
/// <param name="Vault">What will be changed at the vault, exactly; empty when there is nothing to change.</param>
/// <param name="Remaining">With <see cref="RevocationMethod.RemoveRole"/>, the role that leaves the identity its access all the same; then
/// it is refused.</param>
/// <param name="NoticedWithin">How long DPS could need to notice the same change made outside the portal.</param>
/// <param name="ComputedAt">When it was computed; an impact older than <see cref="ValidFor"/> cannot be acknowledged.</param>
/// <param name="Fingerprint">Hash over target, changes and who loses what; without times and counts. Starting a revocation needs the current one.</param>
public sealed record RevocationImpact(
    RevocationTarget Target,
    IReadOnlyList<AffectedInstance> Instances,
    IReadOnlyList<OperationEffect> Effects,
    IReadOnlyList<VaultChange> Vault,
    AccessRoute? Remaining,
    TimeSpan NoticedWithin,
    DateTimeOffset ComputedAt,
    string Fingerprint)
{
    /// <summary>How long an impact can be acknowledged, by the system clock.</summary>
    public static TimeSpan ValidFor { get; } = TimeSpan.FromSeconds(60);

    /// <summary>So much more may be lost than was acknowledged: ordinary registrations go on while somebody reads.</summary>
    private const double GrowthShare = 0.1;

    private const long GrowthAlways = 100;

    /// <summary>Instances made here on this key that DPS reports no more: whether they lose anything is not known, and nothing is counted of them.</summary>
    public IReadOnlyList<UnmatchedUse> Missing { get; init; } = [];

    /// <summary>Everybody is known to keep access: there would be nothing to win.</summary>
    public bool LeavesAllTheirAccess => Missing.Count == 0 && Instances.All(instance => instance.Fate is AccessFate.Keeps);

    public IEnumerable<AffectedInstance> Losing => Of(AccessFate.Loses);

    /// <summary>Nothing would change, or the identity keeps access by a role that this does not take away.</summary>
    public bool IsPointless => Vault.Count == 0 || Remaining is not null;

    public IEnumerable<AffectedInstance> Of(AccessFate fate) => Instances.Where(instance => instance.Fate == fate);

    /// <summary>
    /// Whether who has acknowledged this has acknowledged <paramref name="later"/> as well: the same changes hit the same instances in
    /// the same way, and none of them loses, or may lose, many more records.
    /// </summary>
    public bool Covers(RevocationImpact later) => later.Fingerprint == Fingerprint && later.AtRisk.All(instance =>
    {
        var acknowledged = AtRisk.Single(known => known.Name == instance.Name).Records.Total;
        return instance.Records.Total - acknowledged <= Math.Max(GrowthAlways, acknowledged * GrowthShare);
    });

    private IEnumerable<AffectedInstance> AtRisk => Instances.Where(instance => instance.Fate is AccessFate.Loses or AccessFate.Unknown);
}
