using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;

namespace DpsPortal.Features.Keys;

/// <summary>Since when a key is in its state, and who put it there, as far as that is known.</summary>
/// <param name="AtLatest">The vault knows when it last changed the version, not what of it.</param>
internal sealed record KeyOrigin(KeyOriginKind Kind, DateTimeOffset? Since, bool AtLatest = false, Person? By = null, Guid? Operation = null)
{
    /// <returns><see langword="null"/> where nothing has happened that somebody would have done.</returns>
    public static KeyOrigin? Of(KeyDetail key, KeyStatusKind kind, Operation? running) => kind switch
    {
        KeyStatusKind.Revoking when running is not null => new(KeyOriginKind.Here, running.StartedAt, By: running.By, Operation: running.Id),
        KeyStatusKind.Revoked or KeyStatusKind.PartlyRevoked when Standing(key) is { } revocation =>
            new(KeyOriginKind.Here, revocation.At, By: revocation.By, Operation: revocation.Operation),
        KeyStatusKind.Retired or KeyStatusKind.DisabledUseUnknown when key.Retired is { } retired => new(KeyOriginKind.Here, retired.At, By: retired.By),
        KeyStatusKind.Retired or KeyStatusKind.DisabledUseUnknown or KeyStatusKind.DisabledUnclear => NotKnown(key.Current),
        KeyStatusKind.Disabled => new(KeyOriginKind.Outside, key.Current.ChangedAt, AtLatest: true),
        KeyStatusKind.Deleted => new(KeyOriginKind.Outside, null),
        KeyStatusKind.Expired when key.Current.ChangedAt <= key.Current.ExpiresOn => new(KeyOriginKind.ItsDate, key.Current.ExpiresOn),
        KeyStatusKind.NotYetValid when key.Current.ChangedAt == key.Current.CreatedAt => new(KeyOriginKind.ItsDate, key.Current.CreatedAt),
        KeyStatusKind.Expired or KeyStatusKind.NotYetValid => NotKnown(key.Current),
        _ => null,
    };

    /// <summary>What has been so since the last change at the latest: that change may have brought it about, also by moving a date.</summary>
    private static KeyOrigin NotKnown(KeyVersion current) => new(KeyOriginKind.NotKnown, current.ChangedAt, AtLatest: true);

    /// <summary>The newest that still holds something; of one all of which was given back the state is not.</summary>
    private static ActiveRevocation? Standing(KeyDetail key) =>
        key.Revocations.FirstOrDefault(revocation => revocation.Changes.Any(held => held.State is HoldState.InForce))
            ?? (key.Revocations is [var newest, ..] ? newest : null);
}
