using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Instances;

/// <summary>What never changes about an instance.</summary>
/// <param name="Id">Key of its rows.</param>
/// <param name="BindingId">What its ciphertexts are bound to.</param>
/// <param name="Identity">Calls the vault; <see langword="null"/> with a Microsoft-managed key.</param>
internal sealed record InstanceHeader(
    long Id,
    Guid BindingId,
    string Name,
    string ResourceGroup,
    string Location,
    string IdScope,
    DateTimeOffset CreatedAt,
    ManagedIdentity? Identity);
