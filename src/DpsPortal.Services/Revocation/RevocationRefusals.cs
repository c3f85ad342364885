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

    private static Refusal Of(string code, OperationRun revocation, string? field, params string[] taken) => new(
        code,
        field,
        [revocation.Id.ToString(), revocation.By.DisplayName, revocation.StartedAt.ToString("O", CultureInfo.InvariantCulture), revocation.Reason ?? "", .. taken]);
}
