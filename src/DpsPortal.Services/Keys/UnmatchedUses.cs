using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

/// <summary>
/// What DPS says its instances need, before it is looked for in the vaults. An identifier that cannot be found there may be any key
/// under another name: an empty join is not "none".
/// </summary>
internal static class UnmatchedUses
{
    /// <summary>Every key that an instance is configured for or wrapped by, each once.</summary>
    public static IEnumerable<UnmatchedUse> All(IEnumerable<InstanceKeys> instances) =>
        instances.SelectMany(instance => instance.Needed, (instance, key) => new UnmatchedUse(instance.Name, key)).Distinct();

    /// <summary>Why nothing may be called unused, or rotated or retired as if that were known.</summary>
    public static Refusal? Refusal(IReadOnlyList<UnmatchedUse> unmatched) =>
        unmatched is [var first, ..]
            ? new Refusal(first.IsMissing ? ServiceRefusals.InstanceMissing : ServiceRefusals.DependentsUnknown, null, first.Instance, first.Key.ToString())
            : null;
}
