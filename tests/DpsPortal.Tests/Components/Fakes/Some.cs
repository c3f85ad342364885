using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Reencrypting;
using DpsPortal.Services.Rekeying;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Rotation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Tests.Components.Fakes;

/// <summary>Some of everything the services answer, so that a test states only what it is about.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    public static readonly Vault Vault = new("kv-contoso-prod", new Uri("https://kv-contoso-prod.vault.localhost/"), "westus2", true, 90);

    public static readonly KeyIdentifier Key = KeyIdentifier.Create(Vault.Uri, "kek-dps-prod");

    public static readonly KeyIdentifier V1 = Key.WithVersion("1f6c0b0c9a3e4d6f8b2a7c5d4e3f2a10");
    public static readonly KeyIdentifier V2 = Key.WithVersion("2a7d1c1dab4f5e70a9c3b8d6e5f40b21");
    public static readonly KeyIdentifier V3 = Key.WithVersion("3b8e2d2ebc506f81bad4c9e7f6051c32");

    /// <summary>A key in another vault, and its only version.</summary>
    public static readonly KeyIdentifier CleanKey = KeyIdentifier.Create(new Uri("https://kv-contoso-clean.vault.localhost/"), "kek-dps-new");

    public static readonly KeyIdentifier CleanVersion = CleanKey.WithVersion("4c9f3e3fcd617092cbe5daf807162d43");

    public static readonly Guid OperationId = new("01940000-0000-7000-8000-00000000000a");

    public static Person Person(PortalRole role) => role switch
    {
        PortalRole.KeyCustodian => new("oid-custodian", "Key custodian (sample)", role),
        PortalRole.DpsOperator => new("oid-operator", "DPS operator (sample)", role),
        PortalRole.Approver => new("oid-approver", "Approver (sample)", role),
        _ => new("oid-auditor", "Auditor (sample)", role),
    };

    public static KeyAccessStatus Access(KeyAccess access = KeyAccess.Accessible, KeyAccessCause cause = KeyAccessCause.None, string? vaultCode = null) =>
        new(
            access, cause, vaultCode, Now.AddSeconds(-12), Now.AddMinutes(-2),
            access is KeyAccess.Unavailable or KeyAccess.Misconfigured ? Now.AddMinutes(8) : null, Now.AddMinutes(3), 4);

    public static InstanceOverview Instance(
        string name = "dps-contoso-prod", KeyAccessStatus? access = null, VersionDrift drift = VersionDrift.None, KeyIdentifier? configured = null,
        KeyIdentifier? effective = null) =>
        new(
            new ProvisioningInstance(name, "rg-contoso", "westus2", "0ne00A1B2C3", Now.AddMonths(-8),
                new InstanceEncryption.CustomerManagedKey(
                    configured
                        ?? Key, effective
                        ?? V3, new ManagedIdentity($"id-{name}", "client", "principal"), [
                            new(effective ?? V3, "RSA-OAEP-256", WrappedKeyUse.Current, Now.AddDays(-9)),
                        ], access
                        ?? Access()),
                new RecordCounts(3, 3, 20_870)),
            V3.Version,
            drift,
            Now);

    public static InstanceOverview MicrosoftManaged(string name = "dps-contoso-lab") => new(
        new ProvisioningInstance(
            name, "rg-contoso", "westeurope", "0ne00FFEE11", Now.AddMonths(-20), new InstanceEncryption.MicrosoftManaged(), new RecordCounts(1, 0, 310)),
        null,
        VersionDrift.NotKnown,
        Now);

    public static KeyDependent Dependent(
        string instance = "dps-contoso-prod",
        KeyAccessStatus? access = null,
        bool pinned = false,
        KeyIdentifier? effective = null,
        long registrations = 20_870,
        WrappedKeyUse use = WrappedKeyUse.Current) =>
        new(instance, use, pinned, effective ?? V3, access ?? Access(), new RecordCounts(3, 3, registrations), $"id-{instance}");

    public static KeyVersion Version(
        KeyIdentifier id, KeyAvailability availability = KeyAvailability.Enabled, KeyVersionUse use = KeyVersionUse.Current, int instanceKeys = 0,
        IReadOnlyList<string>? instances = null,
        DateTimeOffset? expires = null, DateTimeOffset? notBefore = null) =>
        new(id, availability, use, Now.AddDays(-9), notBefore, expires, instanceKeys, instances ?? []);

    /// <summary>Three versions: the current one wraps one instance key, the one before it still wraps one, the first wraps none.</summary>
    public static KeyDetail KeyDetail(
        KeyAvailability current = KeyAvailability.Enabled, IReadOnlyList<KeyDependent>? dependents = null, Guid? revocation = null,
        DateTimeOffset? expires = null, DateTimeOffset? notBefore = null) =>
        new(
            Key, Vault, "RSA", 3072, ["wrapKey", "unwrapKey"],
            [
                Version(V3, current, KeyVersionUse.Current, 1, ["dps-contoso-prod"], expires, notBefore),
                Version(V2, KeyAvailability.Enabled, KeyVersionUse.Retiring, 1, ["dps-contoso-pilot"]) with { CreatedAt = Now.AddMonths(-11) },
                Version(V1, KeyAvailability.Enabled, KeyVersionUse.Unused) with { CreatedAt = Now.AddMonths(-23) },
            ],
            dependents ?? [Dependent(), Dependent("dps-contoso-pilot", pinned: true, effective: V2, registrations: 640)],
            revocation is null ? [] : [Revocation(revocation)],
            Now);

    public static KeyOverview KeyOverview(KeyDetail? detail = null)
    {
        var key = detail ?? KeyDetail();
        return new(key.Key, key.KeyType, key.Size, key.Current, key.Versions.Count, key.Dependents);
    }

    public static KeyList KeyList(params IReadOnlyList<KeyOverview> keys) => new(keys, [], [new VaultStatus(Vault.Name, new VaultCondition.Answers())], Now);

    /// <summary>The key in use, gone or unread.</summary>
    public static AbsentKey Absent(KeyAbsence absence, params IReadOnlyList<KeyDependent> dependents) => new(Key, absence, dependents, Now);

    /// <summary>From the third version of the key in use to the version given, or to the current one of another key.</summary>
    public static RekeyPlan RekeyPlan(KeyIdentifier key, params string[] leftBehind) =>
        new("dps-contoso-prod", Key, V3, key, Version(key.IsPinned ? key : key.WithVersion(CleanVersion.Version!)), "id-dps-contoso-prod", 0, leftBehind, Now);

    public static ReencryptionReading Reencryption(
        ReencryptionState state = ReencryptionState.Never, long remaining = 0, long corrupt = 0, KeyAccessStatus? access = null) => new(
        "dps-contoso-prod",
        state,
        state == ReencryptionState.Never
            ? null
            : new(OperationId, 20_876, remaining, corrupt, Now.AddSeconds(-40), state == ReencryptionState.Finished ? Now.AddSeconds(-4) : null),
        access ?? Access(),
        20_876,
        Now);

    public static RevocationImpact Impact(
        RevocationTarget target, DateTimeOffset computedAt, string fingerprint = "fingerprint-1", bool losing = true) => ImpactOf(
        target,
        computedAt,
        fingerprint,
        Affected("dps-contoso-prod", losing ? AccessFate.Loses : AccessFate.Keeps, losing ? ImpactReason.UsesThisKey : ImpactReason.WrappedByAnotherVersion),
        new(
            "dps-contoso-pilot", "0ne00B2C3D4", AccessFate.Keeps, ImpactReason.KeepsItsRole, V2, new RecordCounts(1, 0, 640), KeyAccess.Accessible,
            "id-dps-contoso-pilot"));

    public static RevocationImpact ImpactOf(RevocationTarget target, DateTimeOffset computedAt, string fingerprint, params AffectedInstance[] instances) => new(
        target,
        instances,
        OperationEffects.Of(instances, anyMissing: false),
        [new(VaultChangeKind.DisableVersion, V3.ToString())],
        null,
        TimeSpan.FromMinutes(5),
        computedAt,
        fingerprint);

    public static AffectedInstance Affected(
        string name, AccessFate fate, ImpactReason reason, AccessRoute? route = null, KeyAccess access = KeyAccess.Accessible, string? identity = null) => new(
        name, "0ne00A1B2C3", fate, reason, V3, new RecordCounts(3, 3, 20_870), access, identity ?? $"id-{name}", route);

    public static ActiveRevocation Revocation(Guid? operation = null) => new(
        operation
            ?? OperationId, new RevocationTarget(
                RevocationMethod.DisableKey, Key), "ContractEnd: the contract ended on Friday", Person(PortalRole.KeyCustodian), Now.AddMinutes(-4),
        ["dps-contoso-prod"], [new(new VaultChange(VaultChangeKind.DisableVersion, V3.ToString()), HoldState.InForce)], ["dps-contoso-prod"], Now);

    public static RotationRecord Rotation(int rewrapped = 2, int expected = 2, bool running = false, bool made = true, Person? by = null) => new(
        OperationId, V2, made
            ? V3
            : null, rewrapped, expected, running, by ?? Person(PortalRole.KeyCustodian), Now.AddDays(-9), running
            ? null
            : Now.AddDays(-9).AddSeconds(3));

    public static RejectedOperation Rejected(
        long sequence = 1,
        KeyAccessCause cause = KeyAccessCause.VersionDisabled,
        string instance = "dps-contoso-prod",
        string id = "eg-contadores-norte") => new(
        sequence, Now.AddSeconds(-sequence), instance, "Get", RecordKind.EnrollmentGroup, id, 403, 403011, KeyAccess.Revoked, cause, "KeyDisabled", V3,
        new Caller("oid-operator", "DPS operator (sample)"), TimeSpan.FromMilliseconds(1));

    public static OperationEntry DpsOperation(long sequence, string device, int status, int? code, KeyAccessCause? cause) => new(
        sequence, Now.AddSeconds(sequence), "dps-contoso-prod", OperationCategory.DeviceOperations, OperationProtocol.Http, "Register",
        RecordKind.RegistrationRecord,
        device, status, code, cause is null
            ? "initialAssignment, hashed"
            : "refused", cause is { } why
            ? new KeyDenial(KeyAccess.Revoked, why, "ForbiddenByRbac", V3)
            : null,
        new Caller($"device:{device}", device), TimeSpan.FromMilliseconds(2.5), null);

    public static Operation Operation(
        OperationKind kind = OperationKind.Rotate,
        OperationState state = OperationState.Succeeded,
        Guid? id = null,
        Refusal? failure = null,
        params OperationStep[] steps) => new(
        id ?? OperationId, kind, kind is OperationKind.CreateInstance or OperationKind.Rekey ? "dps-contoso-prod" : Key.ToString(), state,
        steps.Length > 0
            ? steps
            : [
                Step(StepCodes.CreateVersion, StepState.Done, "kek-dps-prod"), Step(
                    StepCodes.RewrapInstance, StepState.Done, "dps-contoso-prod"), Step(StepCodes.ConfirmCoverage, StepState.Done),
            ],
        Person(PortalRole.KeyCustodian), null, Now.AddSeconds(-8), state is OperationState.Running or OperationState.Waiting
            ? null
            : Now.AddSeconds(-2), failure,
        state is OperationState.Unconfirmed or OperationState.Partial ? new Aftermath(AftermathKind.Open, Now) : null);

    public static OperationStep Step(string code, StepState state, params string[] arguments) =>
        new(
            code, arguments, state, state == StepState.Pending ? null : Now.AddSeconds(-6),
            state is StepState.Done or StepState.Failed ? Now.AddSeconds(-5) : null);

    public static CreationChecks Checks(params (CreationCheckName Name, Refusal Why)[] failed) => new(
        [.. Enum.GetValues<CreationCheckName>().Select(name => failed.FirstOrDefault(fault => fault.Name == name) is { Why: { } why }
            ? new CreationCheck(name, CheckResult.Failed, why)
            : new CreationCheck(name, CheckResult.Passed))]);
}
