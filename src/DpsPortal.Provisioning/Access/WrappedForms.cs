using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Access;

/// <summary>The key of an instance and all stored forms under it: the one that is unwrapped, and after a re-key earlier ones until they are pruned.</summary>
/// <param name="Configured">As the administrator chose it: versionless, which follows rotations, or pinned.</param>
internal sealed record WrappedForms(KeyIdentifier Configured, WrappedForm Current, IReadOnlyList<WrappedForm> Retiring)
{
    public IEnumerable<WrappedForm> All => Retiring.Prepend(Current);

    public IReadOnlyList<WrappedInstanceKey> Describe() =>
        [Current.Describe(WrappedKeyUse.Current), .. Retiring.Select(form => form.Describe(WrappedKeyUse.Retiring))];

    /// <summary>After a re-wrap: the form in the place of all others.</summary>
    public WrappedForms ReplaceBy(WrappedForm form) => this with { Current = form, Retiring = [] };

    /// <summary>After a re-key: the form that was current until now is kept, retiring, for the way back.</summary>
    public WrappedForms SwitchTo(WrappedForm form) =>
        form == Current ? this : this with { Current = form, Retiring = [Current, .. Retiring.Where(retiring => retiring.WrappedBy != form.WrappedBy)] };
}
