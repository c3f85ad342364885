using System.Globalization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;

namespace DpsPortal.Services.Revocation;

/// <summary>
/// Refusals of what a revocation forbids. Each names the revocation: its operation, who made it, when, and why; what it took follows.
/// </summary>
internal static class RevocationRefusals
{
    public static Refusal RoleIsRevoked(OperationRun revocation, string? field, string identity, KeyIdentifier key) =>
        Of(ServiceRefusals.RoleIsRevoked, revocation, field, identity, key.Subject());

    public static Refusal KeyIsRevoked(OperationRun revocation, KeyIdentifier key) => Of(ServiceRefusals.KeyIsRevoked, revocation, null, key.Subject());

    public static Refusal InstanceIsRevoked(OperationRun revocation, string instance) => Of(ServiceRefusals.InstanceIsRevoked, revocation, null, instance);

    public static Refusal VersionIsRevoked(OperationRun revocation) =>
        revocation.IsDamaged ? Unreadable(revocation) : new(ServiceRefusals.VersionIsRevoked, null, revocation.Id.ToString());

    /// <summary>Whether there is a revocation in it is not known, and what is not known is not done.</summary>
    public static Refusal Unreadable(OperationRun damaged, string? field = null) =>
        new(ServiceRefusals.OperationUnreadable, field, damaged.Id.ToString(), damaged.Subject);

    private static Refusal Of(
        string code, OperationRun revocation, string? field, params string[] taken) => revocation.IsDamaged ? Unreadable(revocation, field) : new(
        code,
        field,
        [
            revocation.Id.ToString(), revocation.By.DisplayName, revocation.StartedAt.ToString("O", CultureInfo.InvariantCulture), ReasonOf(revocation),
            .. taken,
        ]);

    /// <summary>One argument, because refusals from before are stored with one: the code of why, if it was kept, and the person's words.</summary>
    private static string ReasonOf(OperationRun revocation) => revocation.Why is { } why ? $"{why}: {revocation.Reason}" : revocation.Reason ?? "";
}
