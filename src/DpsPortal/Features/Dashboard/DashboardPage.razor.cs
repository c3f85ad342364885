using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Dashboard;

public sealed partial class DashboardPage
{
    private static readonly TimeSpan RejectedWithin = TimeSpan.FromMinutes(15);

    private readonly Load<IReadOnlyList<InstanceOverview>> _instances = new();
    private readonly Load<KeyList> _keys = new();
    private readonly Load<IReadOnlyList<Operation>> _operations = new();
    private readonly Load<RejectionSummary> _rejected = new();
    private readonly Load<IReadOnlyList<ActivityEntry>> _activity = new();
    private readonly Load<IReadOnlyList<ActiveRevocation>> _revocations = new();
    private readonly Load<IReadOnlyList<GroupCertificate>> _certificates = new();
    private IReadOnlyDictionary<string, AccessLoss> _losses = new Dictionary<string, AccessLoss>();

    [Inject] private IInstanceService Instances { get; set; } = null!;

    [Inject] private IKeyService Keys { get; set; } = null!;

    [Inject] private IOperationService Operations { get; set; } = null!;

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    [Inject] private IActivityLog ActivityLog { get; set; } = null!;

    [Inject] private IRevocationService Revocations { get; set; } = null!;

    private IReadOnlyList<Attention>? Everything =>
        _instances.HasValue && _keys.HasValue && _operations.HasValue && _revocations.HasValue && _certificates.HasValue
            ? Attention.Rank(_instances.Value!, _keys.Value!, _operations.Value!, _revocations.Value!, Now, _certificates.Value!)
            : null;

    private bool SomeFailed => _instances.Failed || _keys.Failed || _operations.Failed || _revocations.Failed || _certificates.Failed;

    // Requests at DPS and the parts of a re-encryption come by the hundred, and nothing here shows them.
    protected override bool Concerns(PortalChange change) => change.Kind is not (PortalChangeKind.DpsOperation or PortalChangeKind.Reencryption);

    /// <summary>It reads everything, vaults included: a storm of rejected operations must not become one of readings.</summary>
    protected override TimeSpan FollowAgainAfter => TimeSpan.FromSeconds(1);

    // Each card reads for itself: one that cannot be read does not take the others with it.
    protected override Task ReadAsync(CancellationToken cancellationToken) => Task.WhenAll(
        ReadIntoAsync(_instances, () => ReadInstancesAsync(cancellationToken)),
        ReadIntoAsync(_keys, () => Keys.ListWatchedAsync(Person, Attention.ExpiresSoon, cancellationToken)),
        ReadIntoAsync(_operations, () => Operations.ListAsync(Person, null, 20, cancellationToken)),
        ReadIntoAsync(_rejected, () => Enrollments.SummarizeRejectedAsync(Person, null, RejectedWithin, cancellationToken)),
        ReadIntoAsync(_activity, () => ActivityLog.ListAsync(Person, new ActivityFilter(), null, 15, cancellationToken)),
        ReadIntoAsync(_revocations, () => Revocations.ListActiveAsync(Person, cancellationToken)),
        ReadIntoAsync(_certificates, () => ReadCertificatesAsync(cancellationToken)));

    /// <summary>They are in what is encrypted: who may not read that is not told of them.</summary>
    private async Task<IReadOnlyList<GroupCertificate>> ReadCertificatesAsync(CancellationToken cancellationToken) =>
        !PermissionMatrix.Allows(Person.Role, Permission.ReadEnrollmentContents) ? []
        : await Enrollments.ListGroupCertificatesAsync(Person, cancellationToken) is Outcome<IReadOnlyList<GroupCertificate>>.Done(var all) ? all
        : throw new InvalidOperationException("The certificates of enrollment groups were not listed.");

    private async Task<IReadOnlyList<InstanceOverview>> ReadInstancesAsync(CancellationToken cancellationToken)
    {
        var all = await Instances.ListAsync(Person, cancellationToken);
        var without = all.Where(
            overview => overview.Instance.Encryption is InstanceEncryption.CustomerManagedKey { Access.Access: KeyAccess.Revoked or KeyAccess.Misconfigured });
        _losses = await ActivityLog.FindLossesAsync(Person, [.. without.Select(overview => overview.Instance.Name)], cancellationToken);
        return all;
    }

    private static IEnumerable<IGrouping<KeyAccess, InstanceOverview>> ByAccess(IReadOnlyList<InstanceOverview> instances) => instances
        .Where(overview => overview.Instance.Encryption is InstanceEncryption.CustomerManagedKey)
        .GroupBy(overview => ((InstanceEncryption.CustomerManagedKey)overview.Instance.Encryption).Access.Access)
        .OrderBy(group => group.Key);

    private Look Worst(IGrouping<KeyAccess, InstanceOverview> state) =>
        Look.Worst(state.Select(overview => ((InstanceEncryption.CustomerManagedKey)overview.Instance.Encryption).Access), Now);

    private static int Running(IReadOnlyList<Operation> operations) =>
        operations.Count(operation => operation.State is OperationState.Running or OperationState.Waiting);

    private static long Recent(RejectionSummary rejected) => rejected.Causes.Sum(cause => cause.Recent);

    private static string RejectedAddress(RejectionSummary rejected) =>
        rejected.Causes.Where(cause => cause.Recent > 0).MaxBy(cause => cause.Last) is { Instances: [var only] }
            ? Addresses.Instance(only, "rejected")
            : Addresses.Instances;
}
