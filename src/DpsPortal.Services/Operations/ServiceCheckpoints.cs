using System.Text.Json;

namespace DpsPortal.Services.Operations;

/// <summary>The checkpoints around the steps of operations, so that a crash test can end the process at each of them.</summary>
public static class ServiceCheckpoints
{
    public static IReadOnlyList<string> CreateInstance { get; } = Around(
        OperationKind.CreateInstance, StepCodes.PrepareIdentity, StepCodes.AssignRole, StepCodes.ProveAccess, StepCodes.CreateInstance);

    public static IReadOnlyList<string> Rotate { get; } = Around(
        OperationKind.Rotate, StepCodes.CreateVersion, StepCodes.RewrapInstance, StepCodes.ConfirmCoverage);

    public static IReadOnlyList<string> PickUp { get; } = Around(
        OperationKind.PickUp, StepCodes.RewrapInstance, StepCodes.ConfirmCoverage);

    public static IReadOnlyList<string> RevokeByVersion { get; } = Around(
        OperationKind.Revoke, StepCodes.FenceVersion, StepCodes.DisableVersion, StepCodes.ConfirmRevoked);

    public static IReadOnlyList<string> RevokeByRole { get; } = Around(
        OperationKind.Revoke, StepCodes.RemoveRoleAssignment, StepCodes.ConfirmRevoked);

    public static IReadOnlyList<string> RestoreVersion { get; } = Around(
        OperationKind.Restore, StepCodes.EnableVersion, StepCodes.LiftFence, StepCodes.ConfirmRestored);

    public static IReadOnlyList<string> RestoreRole { get; } = Around(OperationKind.Restore, StepCodes.RestoreRoleAssignment, StepCodes.ConfirmRestored);

    public static IReadOnlyList<string> Rekey { get; } = Around(
        OperationKind.Rekey, StepCodes.AssignRole, StepCodes.RekeyInstance, StepCodes.PruneInstance, StepCodes.ConfirmRekeyed);

    public static IReadOnlyList<string> All { get; } =
        [.. new[] { CreateInstance, Rotate, PickUp, RevokeByVersion, RevokeByRole, RestoreVersion, RestoreRole, Rekey }.SelectMany(list => list).Distinct()];

    internal static string Before(OperationKind kind, string step) => $"{Name(kind, step)}.before";

    internal static string After(OperationKind kind, string step) => $"{Name(kind, step)}.after";

    private static string[] Around(OperationKind kind, params string[] steps) => [.. steps.SelectMany(step => new[] { Before(kind, step), After(kind, step) })];

    private static string Name(OperationKind kind, string step) =>
        $"services.{JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString())}.{JsonNamingPolicy.KebabCaseLower.ConvertName(step)}";
}
