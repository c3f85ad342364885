using DpsPortal.Provisioning.Capabilities;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Rotation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Hosting.Sample;

/// <summary>
/// Contoso, lived through: fourteen months of keys, instances, rotations and one incident, made by the portal's own operations
/// while the domain clock runs from then to now. Each chapter looks whether it has happened, so an interrupted start goes on.
/// </summary>
internal sealed class SampleData(
    IVaultManagement management,
    IKeyService keys,
    IInstanceService instances,
    IEnrollmentService enrollments,
    IEnrollments dps,
    IInstanceSettings dpsSettings,
    IRotationService rotation,
    IRevocationService revocation,
    IOperationService operations,
    DomainClock clock,
    PortalSettings settings)
{
    public const string Production = "dps-contoso-prod";

    private const string ProductionVault = "kv-contoso-prod";
    private const string PilotVault = "kv-contoso-pilot";
    private const string Pilot = "dps-contoso-pilot";
    private const string Lab = "dps-contoso-lab";
    private const string Region = "westus2";
    private const string ResourceGroup = "rg-contoso-iot";

    private static readonly Person Custodian = DevelopmentSignIn.People.Single(person => person.Role == PortalRole.KeyCustodian);
    private static readonly Person Operator = DevelopmentSignIn.People.Single(person => person.Role == PortalRole.DpsOperator);

    /// <summary>Leaves a mark when the sample is complete, so that a usual start need not ask the vault before it is ready.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var mark = Path.Combine(settings.DataDirectory, "sample-complete");
        if (!File.Exists(mark))
        {
            await MakeAsync(cancellationToken);
            await File.WriteAllTextAsync(mark, "", cancellationToken);
        }
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        if (await keys.GetAsync(Custodian, PilotVault, "kek-sandbox", cancellationToken) is Outcome<KeyDetail>.Done)
        {
            return;
        }

        var now = TimeProvider.System.GetUtcNow();
        try
        {
            await FoundAsync(now.AddMonths(-14), cancellationToken);
            await PilotAsync(now.AddMonths(-12), cancellationToken);
            await BillingAsync(now.AddMonths(-8), now.AddDays(-21), cancellationToken);
            await RotateAsync(now.AddMonths(-7), "kek-dps-prod", versions: 2, cancellationToken);
            await RotateAsync(now.AddMonths(-5), "kek-dps-pilot", versions: 2, cancellationToken);
            await LoseAndRestorePilotAsync(now.AddDays(-33), cancellationToken);
            await RotateAsync(now.AddDays(-20), "kek-dps-prod", versions: 3, cancellationToken);
            await SandboxAsync(now.AddDays(-12), cancellationToken);
        }
        finally
        {
            clock.ReturnToPresent();
        }

        // Access was last proven in the past; the first screen shows the present.
        await instances.RecheckAsync(Custodian, Production, cancellationToken);
        await instances.RecheckAsync(Custodian, Pilot, cancellationToken);
    }

    private async Task FoundAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        clock.MoveTo(at);
        await management.PutVaultAsync(ProductionVault, Region, purgeProtection: true, retentionDays: 90, cancellationToken);
        await CreateKeyAsync(ProductionVault, "kek-dps-prod", 3072, null, cancellationToken);
        await CreateInstanceAsync(Production, (await KeyAsync("kek-dps-prod", cancellationToken)).Key.ToString(), cancellationToken);
        await EnrollAsync(Production, SampleFleet.Production, SampleFleet.ProductionIndividuals, cancellationToken);
        clock.MoveTo(at.AddDays(40));
        await CreateInstanceAsync(Lab, key: null, cancellationToken);
        await EnrollAsync(Lab, SampleFleet.Lab, [], cancellationToken);
    }

    private async Task PilotAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        clock.MoveTo(at);
        await CreateKeyAsync(ProductionVault, "kek-dps-pilot", 2048, null, cancellationToken);
        var pinned = (await KeyAsync("kek-dps-pilot", cancellationToken)).Versions[^1].Id;
        await CreateInstanceAsync(Pilot, pinned.ToString(), cancellationToken);
        await EnrollAsync(Pilot, SampleFleet.Pilot, [], cancellationToken);
    }

    private async Task RotateAsync(DateTimeOffset at, string name, int versions, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(name, cancellationToken);
        if (key.Versions.Count >= versions)
        {
            return;
        }

        clock.MoveTo(at);
        await FinishAsync(await rotation.StartAsync(Custodian, key.Key, key.Current.Id.Version!, cancellationToken), cancellationToken);
        clock.MoveTo(at.AddDays(2));
        if (key.Dependents.All(dependent => !dependent.Pinned) && versions == 2)
        {
            await keys.RetireVersionAsync(Custodian, key.Current.Id, cancellationToken);
        }
    }

    // A version disabled by mistake and given back three quarters of an hour later.
    private async Task LoseAndRestorePilotAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        var past = await operations.ListAsync(Custodian, null, 50, cancellationToken);
        if (past.Any(operation => operation.Kind == OperationKind.Restore))
        {
            return;
        }

        clock.MoveTo(at);
        var key = await KeyAsync("kek-dps-pilot", cancellationToken);
        var target = new RevocationTarget(RevocationMethod.DisableVersion, key.Versions[^1].Id);
        if (await revocation.PreviewAsync(Custodian, target, cancellationToken) is not Outcome<Services.Impact.RevocationImpact>.Done { Value: var impact })
        {
            return;
        }

        var revoked = await FinishAsync(
            await revocation.StartAsync(
                Custodian, target, impact.Fingerprint, RevokeWhy.Test, "Old version disabled during a clean-up; the pinned pilot was " +
                    "overlooked.", cancellationToken),
            cancellationToken);
        clock.MoveTo(at.AddMinutes(43));
        await FinishAsync(await revocation.StartRestoreAsync(Custodian, revoked, "The drill is over", cancellationToken), cancellationToken);
    }

    private async Task BillingAsync(DateTimeOffset at, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        clock.MoveTo(at);
        await CreateKeyAsync(ProductionVault, "kek-billing", 2048, expires, cancellationToken);
    }

    private async Task SandboxAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        clock.MoveTo(at);
        await management.PutVaultAsync(PilotVault, Region, purgeProtection: false, retentionDays: 7, cancellationToken);
        await CreateKeyAsync(PilotVault, "kek-sandbox", 2048, null, cancellationToken);
    }

    private async Task CreateKeyAsync(string vault, string name, int size, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        if (await keys.GetAsync(Custodian, vault, name, cancellationToken) is Outcome<KeyDetail>.Refused)
        {
            Require(await keys.CreateAsync(Custodian, new NewKey(vault, name, size, null, expires), cancellationToken));
        }
    }

    private async Task CreateInstanceAsync(string name, string? key, CancellationToken cancellationToken)
    {
        if (await instances.GetAsync(Operator, name, cancellationToken) is null)
        {
            var form = new NewInstance(name, ResourceGroup, Region, key is not null, key is null ? null : $"id-{name}", key);
            await FinishAsync(await instances.CreateAsync(Operator, form, cancellationToken), cancellationToken);
        }
    }

    private async Task EnrollAsync(
        string instance, IReadOnlyList<SampleGroup> groups, IReadOnlyList<IndividualEnrollment> individuals, CancellationToken cancellationToken)
    {
        var caller = new Caller("sample", "Sample data");
        foreach (var hub in groups.Select(group => group.Hub).Distinct())
        {
            Require(await dpsSettings.PutHubAsync(caller, instance, new LinkedHub(hub, Region), cancellationToken));
        }

        foreach (var group in groups)
        {
            var known = await enrollments.ListAsync(
                Operator, instance, new RecordQuery(RecordKind.RegistrationRecord, group.Id, PageSize: 1), cancellationToken);
            if (known.Records.Count == 0)
            {
                await enrollments.PutGroupAsync(Operator, instance, SampleFleet.Enrollment(group, clock.GetUtcNow()), null, cancellationToken);
                Require(await dps.ImportRegistrationsAsync(caller, instance, SampleFleet.Registrations(group), cancellationToken));
            }
        }

        foreach (var individual in individuals)
        {
            await enrollments.PutIndividualAsync(Operator, instance, individual, null, cancellationToken);
        }
    }

    private async Task<KeyDetail> KeyAsync(string name, CancellationToken cancellationToken) =>
        Require(await keys.GetAsync(Custodian, ProductionVault, name, cancellationToken));

    private async Task<Guid> FinishAsync(Outcome<Guid> started, CancellationToken cancellationToken)
    {
        var operation = await operations.WaitAsync(Custodian, Require(started), cancellationToken);
        return operation is { State: OperationState.Succeeded, Id: var id }
            ? id
            : throw new InvalidOperationException(
                $"The sample's {operation?.Kind} of {operation?.Subject} ended as {operation?.State} ({operation?.Failure?.Code}).");
    }

    private static T Require<T>(Outcome<T> outcome) => outcome.Match(
        value => value,
        refusal => throw new InvalidOperationException($"The sample was refused: {refusal.Code} {string.Join(' ', refusal.Arguments)}"));
}
