namespace DpsPortal.Services.Impact;

/// <param name="HasAccess"><see langword="null"/> when that cannot be told.</param>
/// <param name="IsReached">The revocation takes a way in from it, so that DPS has to look.</param>
internal sealed record Fate(bool? HasAccess, ImpactReason Why, AccessRoute? Route = null, bool IsReached = false)
{
    public static Fate OfUnmatched { get; } = new(null, ImpactReason.KeyUnmatched) { What = AccessFate.Unknown };

    public AccessFate What { get; init; }
}
