using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Rekeying;

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
        var missing = (await operations.CreatedAsync(reported, cancellationToken)).Except(reported, StringComparer.OrdinalIgnoreCase).ToList();
        if (missing.Count == 0)
        {
            return [];
        }

        // One that was made since DPS was asked is not lost.
        var since = await instances.ListAsync(PortalCaller.Itself, missing, cancellationToken);
        missing = [.. missing.Except(since.Select(instance => instance.Name), StringComparer.OrdinalIgnoreCase)];

        var made = await operations.ListAsync(
            rows => rows.Where(row => missing.Contains(row.Subject) && (row.Kind == OperationKind.CreateInstance || row.Kind == OperationKind.Rekey)), cancellationToken);
        return
        [
            .. from name in missing.Order(StringComparer.OrdinalIgnoreCase)
               select new MissingInstance(name, [.. made.Where(run => run.Subject.Equals(name, StringComparison.OrdinalIgnoreCase))]),
        ];
    }
}

/// <param name="Made">How it was made and moved here, newest first.</param>
internal sealed record MissingInstance(string Name, IReadOnlyList<OperationRun> Made)
{
    /// <summary>Those that are on record for it, without their versions.</summary>
    public IEnumerable<KeyIdentifier> Keys =>
        (Made.Select(run => KeysOf(run, null)).FirstOrDefault(keys => keys.Count > 0) ?? []).Select(key => key.Versionless);

    /// <returns>That it had this key when it was last made or moved here, or may have had it.</returns>
    public UnmatchedUse? Of(KeyIdentifier key) =>
        Made.Select(run => KeysOf(run, key)).FirstOrDefault(keys => keys.Count > 0)?.FirstOrDefault(needed => needed.IsSameKeyAs(key)) is { } needed
            ? new UnmatchedUse(Name, needed) { IsMissing = true }
            : null;

    /// <summary>A damaged record may name any key. A move that failed has moved nothing, and one of which that is not known has either.</summary>
    private static IReadOnlyList<KeyIdentifier> KeysOf(OperationRun run, KeyIdentifier? asked) => run switch
    {
        { IsDamaged: true } => asked is null ? [] : [asked],
        { State: OperationState.Failed or OperationState.Partial } => [],
        { Kind: OperationKind.Rekey } when run.Intent<RekeyIntent>() is var move => run.State is OperationState.Succeeded ? [move.Key] : [move.From, move.Key],
        _ => run.Intent<NewInstance>() is { CustomerManaged: true, Key: { } text } && KeyIdentifier.TryParse(text, out var key) ? [key] : [],
    };
}
