using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Rekeying;

namespace DpsPortal.Services.Keys;

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
