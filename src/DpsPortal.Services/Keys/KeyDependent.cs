using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

/// <summary>An instance that needs a key.</summary>
/// <param name="Use">
/// <see cref="WrappedKeyUse.Current"/> when it is the instance's key; <see cref="WrappedKeyUse.Retiring"/> when the instance has moved
/// to another one and a version of this still wraps an earlier form.
/// </param>
/// <param name="Pinned">It does not follow a rotation.</param>
/// <param name="EffectiveVersion">The version of this key that wraps its instance key, or the earlier form.</param>
/// <param name="Access">Its access to the key that it has now.</param>
public sealed record KeyDependent(
    string Instance,
    WrappedKeyUse Use,
    bool Pinned,
    KeyIdentifier EffectiveVersion,
    KeyAccessStatus Access,
    RecordCounts Records,
    string IdentityName)
{
    /// <summary>
    /// Why the vault would deny it now, though DPS may not have noticed; <see langword="null"/> where what was read does not show that.
    /// </summary>
    public KeyAccessCause? ShutBy { get; init; }

    /// <returns>Whether DPS still serves it then by what it has in memory, and the vault would not open the key to it any more.</returns>
    public bool LosesAt(DateTimeOffset now) =>
        ShutBy is not null && Access.Access is KeyAccess.Accessible or KeyAccess.Degraded && Access.RecordsAt(now) == RecordAccess.Served;
}
