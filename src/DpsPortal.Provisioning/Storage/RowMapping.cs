using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;

namespace DpsPortal.Provisioning.Storage;

internal static class RowMapping
{
    public static InstanceHeader ToHeader(this InstanceRow row) => new(
        row.Id, row.BindingId, row.Name, row.ResourceGroup, row.Location, row.IdScope, Time(row.CreatedAt),
        row.ConfiguredKey is null ? null : new ManagedIdentity(row.IdentityName!, row.IdentityClientId!, row.IdentityPrincipalId!));

    public static AccessState ToState(this InstanceRow row) => new(
        row.Access, row.Cause, row.VaultErrorCode, row.Epoch, Time(row.CheckedAt), row.VerifiedAt is { } ticks ? Time(ticks) : null);

    public static WrappedForms ToForms(this InstanceRow row) => new(
        KeyIdentifier.Parse(row.ConfiguredKey!),
        row.WrappedKeys.Single(form => form.Use == WrappedKeyUse.Current).ToForm(),
        [.. row.WrappedKeys.Where(form => form.Use == WrappedKeyUse.Retiring).OrderByDescending(form => form.WrappedAt).Select(ToForm)]);

    public static WrappedKeyRow ToRow(this WrappedForm form, long instance) => new()
    {
        InstanceId = instance,
        WrappedBy = form.WrappedBy.ToString(),
        Algorithm = form.Algorithm,
        Wrapped = form.Wrapped,
        CheckValue = form.CheckValue,
        Use = WrappedKeyUse.Current,
        WrappedAt = form.WrappedAt.UtcTicks,
    };

    public static RecordCounts ToCounts(this InstanceRow row) => new(row.EnrollmentGroups, row.IndividualEnrollments, row.Registrations);

    public static OperationEntry ToEntry(this OperationRow row) => new(
        row.Sequence, Time(row.At), row.Instance, row.Category, row.Protocol, row.Operation, row.Kind, row.RecordId, row.StatusCode,
        row.ErrorCode, row.Description,
        row.Access is { } access
            ? new KeyDenial(access, row.Cause ?? KeyAccessCause.None, row.VaultErrorCode, row.KeyVersion is null ? null : KeyIdentifier.Parse(row.KeyVersion))
            : null,
        new Caller(row.CallerId, row.CallerName), new TimeSpan(row.Latency), row.TrackingId);

    private static WrappedForm ToForm(this WrappedKeyRow row) =>
        new(KeyIdentifier.Parse(row.WrappedBy), row.Algorithm, row.Wrapped, row.CheckValue, Time(row.WrappedAt));

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
