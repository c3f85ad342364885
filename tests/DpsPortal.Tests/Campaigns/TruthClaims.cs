using System.Resources;
using DpsPortal.Features.Dashboard;
using DpsPortal.Features.Keys;
using DpsPortal.Features.Revocation;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Resources;
using DpsPortal.Services;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Rotation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Tests.Campaigns;

/// <summary>What the portal says of reading and writing.</summary>
internal enum SaidOfReads
{
    Work,
    Refused,
    Unknown,
}

/// <summary>What the portal says will become of an instance.</summary>
internal enum SaidFate
{
    Loses,
    Keeps,
    StaysWithout,
    Unknown,
}

/// <summary>What the portal says of a version's being needed.</summary>
internal enum SaidUse
{
    Current,
    Retiring,
    Unused,
    Unknown,
}

/// <summary>What the portal says of a vault whose keys it does not show.</summary>
internal enum SaidOfVault
{
    Shown,
    NotAnswering,
    Refusing,
    Deleted,
    NotConfigured,
    Unknown,
}

/// <summary>What the portal says that an operation which has ended left behind.</summary>
internal enum SaidOfEnd
{
    Done,
    NothingLeft,
    Partly,
    NotConfirmed,
}

/// <summary>One change that a revocation says it has made and that is still as it made it.</summary>
internal sealed record SaidOff(VaultChangeKind Kind, string Subject);

/// <summary>
/// Every reading of what the portal claims, in the words of the truth test: a claim that takes another shape is read anew here, and nowhere
/// else. Where the portal has only a sentence, what the sentence says.
/// </summary>
internal static class TruthClaims
{
    private static readonly ResourceManager Sentences = new(typeof(Texts));

    /// <summary>The sentences <c>AccessSentence_…</c>.</summary>
    public static SaidOfReads OfReads(KeyAccessStatus status, DateTimeOffset now) => status.RecordsAt(now) switch
    {
        RecordAccess.Served => SaidOfReads.Work,
        RecordAccess.Refused => SaidOfReads.Refused,
        _ => SaidOfReads.Unknown,
    };

    /// <summary>Whether the page says when the vault last answered, rather than when it was last asked.</summary>
    public static DateTimeOffset AnsweredAt(KeyAccessStatus status) => status.CauseSeenAt;

    public static SaidFate FateOf(AffectedInstance instance) => instance.Fate switch
    {
        AccessFate.Loses => SaidFate.Loses,
        AccessFate.Keeps => SaidFate.Keeps,
        AccessFate.StaysWithout => SaidFate.StaysWithout,
        _ => SaidFate.Unknown,
    };

    /// <summary>Whether the page blocks the button because "no instance would lose access: there is nothing to revoke this way".</summary>
    public static bool SaysNothingToRevoke(RevocationImpact impact) =>
        RevokeGate.Of(impact, true, impact, "Long enough.", impact.ComputedAt) is RevokeBlock.NobodyLosesAccess or RevokeBlock.NothingToChange;

    public static bool SaysNothingToRevoke(Refusal refusal) => refusal.Code == ServiceRefusals.NothingToRevoke;

    public static SaidUse UseOf(KeyVersion version) => version.Use switch
    {
        KeyVersionUse.Current => SaidUse.Current,
        KeyVersionUse.Retiring => SaidUse.Retiring,
        KeyVersionUse.Unused => SaidUse.Unused,
        _ => SaidUse.Unknown,
    };

    /// <summary>Whether "safe to disable" or the impact says that a backup of DPS made before would need the version.</summary>
    public static bool WarnsOfBackups(KeyVersion version, RevocationImpact? impact) => version.LeftBefore is not null;

    /// <summary>Changes of which the notice says that they are still as the revocation made them.</summary>
    public static IReadOnlyList<SaidOff> StillOff(ActiveRevocation revocation) =>
        [.. revocation.Changes.Where(held => held.State is HoldState.InForce).Select(held => new SaidOff(held.Change.Kind, held.Change.Subject))];

    /// <summary>Instances of which the notice says that they are without access now.</summary>
    public static IReadOnlyList<string> WithoutAccess(ActiveRevocation revocation) => revocation.Without;

    /// <summary>Whether the notice says that the whole key is off, and names nothing that has come back.</summary>
    public static bool SaysThatAllAreShut(ActiveRevocation revocation) =>
        revocation.Target.Method is RevocationMethod.DisableKey
            && revocation.Without.Count > 0
            && revocation.Served.Count == 0
            && revocation.Changes.All(held => held.State is HoldState.InForce);

    /// <summary>The sentences <c>OperationSentence_…</c>.</summary>
    public static SaidOfEnd OfEnd(Operation operation) => operation.State switch
    {
        OperationState.Succeeded => SaidOfEnd.Done,
        OperationState.Failed => SaidOfEnd.NothingLeft,
        OperationState.Unconfirmed => SaidOfEnd.NotConfirmed,
        OperationState.Partial => SaidOfEnd.Partly,
        _ => SaidOfEnd.Partly,
    };

    /// <summary>What an operation's page says of the reads of an instance whose access it changed, now.</summary>
    public static SaidOfReads OfEffect(Operation operation, string instance, DateTimeOffset now) =>
        operation.Touched.FirstOrDefault(touched => touched.Name == instance)?.Access is { } access ? OfReads(access, now) : SaidOfReads.Unknown;

    /// <summary>Whether a key's page begins with "Revoked.": no instance that has it reads.</summary>
    public static bool SaysRevoked(KeyDetail key) => KeyStatus.Of(key, key.ReadAt).Kind is KeyStatusKind.Revoked;

    /// <summary>Whether a key's page begins with "Disabled outside the portal."</summary>
    public static bool SaysDisabledOutside(KeyDetail key) => KeyStatus.Of(key, key.ReadAt).Kind is KeyStatusKind.Disabled;

    /// <summary>Whether a line of the rotation history says that the version was made outside the portal.</summary>
    public static bool SaysMadeOutside(RotationRecord record) => record is { Running: false, By: null };

    /// <summary>What the list of keys says of a vault.</summary>
    public static SaidOfVault OfVault(KeyList list, string vault) =>
        list.Keys.Any(key => key.Key.VaultName == vault) ? SaidOfVault.Shown
        : list.Vaults.FirstOrDefault(status => status.Name == vault)?.Condition switch
        {
            VaultCondition.Answers => SaidOfVault.Shown,
            VaultCondition.Deleted => SaidOfVault.Deleted,
            VaultCondition.Refuses => SaidOfVault.Refusing,
            VaultCondition.Silent => SaidOfVault.NotAnswering,
            VaultCondition.NotLookedUp => SaidOfVault.NotAnswering,
            _ => SaidOfVault.NotConfigured,
        };

    /// <summary>What a key's page says of its vault where it cannot show the key; <see langword="null"/> where it says that the key is not there.</summary>
    public static SaidOfVault? OfVault(Refusal refusal) => refusal.Code switch
    {
        ServiceRefusals.VaultUnknown => SaidOfVault.NotConfigured,
        ServiceRefusals.VaultDidNotAnswer => SaidOfVault.NotAnswering,
        ServiceRefusals.VaultsNotListed => SaidOfVault.NotAnswering,
        ServiceRefusals.VaultRefused or ServiceRefusals.VaultFirewallRefused or ServiceRefusals.VaultRoleRefused => SaidOfVault.Refusing,
        ServiceRefusals.VaultDeleted or ServiceRefusals.VaultGone => SaidOfVault.Deleted,
        _ => null,
    };

    /// <summary>The text of the causes: "the vault's answer makes no sense".</summary>
    public static bool SaysAnswerMakesNoSense(KeyAccessCause cause) => cause is KeyAccessCause.VaultAnswerUnusable;

    public static IReadOnlyList<Attention> Attention(
        IReadOnlyList<InstanceOverview> instances, KeyList keys, IReadOnlyList<Operation> operations, IReadOnlyList<ActiveRevocation> revocations,
        DateTimeOffset now) =>
        Features.Dashboard.Attention.Rank(instances, keys, operations, revocations, now);

    /// <summary>Whether what is said of removing a role names one instance alone.</summary>
    public static bool SaysThatOnlyOneInstanceLosesItsRole() =>
        Sentences.GetString("MethodScope_RemoveRole", System.Globalization.CultureInfo.InvariantCulture) is { } text
        && text.StartsWith("Only that instance", StringComparison.OrdinalIgnoreCase);
}
