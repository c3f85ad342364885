using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Access;

/// <summary>One stored wrapped form of an instance key.</summary>
internal sealed record WrappedForm(KeyIdentifier WrappedBy, string Algorithm, byte[] Wrapped, byte[] CheckValue, DateTimeOffset WrappedAt)
{
    public WrappedInstanceKey Describe(WrappedKeyUse use) => new(WrappedBy, Algorithm, use, WrappedAt);
}
