using DpsPortal.Services.Operations;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Keys;

/// <summary>
/// Instances that were made here and that DPS does not report: no call removes one, so DPS has lost its data or another one answers. What
/// they need is known from what was done here, and that DPS does not name it does not mean that nothing needs it.
/// </summary>
internal sealed class MissingInstances(OperationStore operations, IProvisioningInstances instances)
{
    /// <param name="reported">Names of all that DPS reports.</param>
    public async Task<IReadOnlyList<MissingInstance>> ListAsync(IReadOnlyList<string> reported, CancellationToken cancellationToken)
    {
        // The store compares with case, and leaves those that are spelled in another one.
        var missing = (await operations.CreatedAsync(reported, cancellationToken).ConfigureAwait(false))
            .Except(reported, StringComparer.OrdinalIgnoreCase)
            .ToList();
        if (missing.Count == 0)
        {
            return [];
        }

        // One that was made since DPS was asked is not lost.
        var since = await instances.ListAsync(PortalCaller.Itself, missing, cancellationToken).ConfigureAwait(false);
        missing = [.. missing.Except(since.Select(instance => instance.Name), StringComparer.OrdinalIgnoreCase)];

        var made = await operations.ListAsync(
            rows => rows.Where(
                row => missing.Contains(row.Subject) && (row.Kind == OperationKind.CreateInstance || row.Kind == OperationKind.Rekey)), cancellationToken)
                .ConfigureAwait(false);
        return
        [
            .. from name in missing.Order(StringComparer.OrdinalIgnoreCase)
               select new MissingInstance(name, [.. made.Where(run => run.Subject.Equals(name, StringComparison.OrdinalIgnoreCase))]),
        ];
    }
}
