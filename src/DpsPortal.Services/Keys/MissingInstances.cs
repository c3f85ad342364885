using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Encryption;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Operations;

namespace DpsPortal.Services.Keys;

/// <summary>
/// Instances that were made here and that DPS does not report: no call removes one, so DPS has lost its data or another one answers. What
/// they need is known from what was done here, and that DPS does not name it does not mean that nothing needs it.
/// </summary>
internal sealed class MissingInstances(OperationStore operations)
{
    /// <param name="all">What DPS reports.</param>
    /// <returns>Those that had this key when they were last made or moved here.</returns>
    public async Task<IReadOnlyList<UnmatchedUse>> OfAsync(KeyIdentifier key, IReadOnlyList<ProvisioningInstance> all, CancellationToken cancellationToken)
    {
        var missing = (await operations.CreatedAsync(cancellationToken)).Except(all.Select(instance => instance.Name), StringComparer.OrdinalIgnoreCase).ToList();
        if (missing.Count == 0)
        {
            return [];
        }

        var made = await operations.ListAsync(
            rows => rows.Where(row => missing.Contains(row.Subject) && (row.Kind == OperationKind.CreateInstance || row.Kind == OperationKind.Rekey)), cancellationToken);
        return
        [
            .. from name in missing.Order(StringComparer.OrdinalIgnoreCase)
               let needed = made.Where(run => run.Subject == name).Select(run => KeyOf(run, key)).OfType<KeyIdentifier>().FirstOrDefault()
               where needed is not null && needed.IsSameKeyAs(key)
               select new UnmatchedUse(name, needed) { IsMissing = true },
        ];
    }

    /// <summary>A damaged record may name any key. A move that failed has moved nothing.</summary>
    private static KeyIdentifier? KeyOf(OperationRun run, KeyIdentifier asked) => run switch
    {
        { IsDamaged: true } => asked,
        { State: OperationState.Failed or OperationState.Partial } => null,
        { Kind: OperationKind.Rekey } => run.Intent<RekeyIntent>().Key,
        _ => run.Intent<NewInstance>() is { CustomerManaged: true, Key: { } text } && KeyIdentifier.TryParse(text, out var key) ? key : null,
    };
}
