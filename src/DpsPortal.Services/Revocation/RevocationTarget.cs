using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Revocation;

/// <summary>What to revoke, and how. A revocation always names its method.</summary>
/// <param name="Key">The version with <see cref="RevocationMethod.DisableVersion"/>; otherwise versionless.</param>
/// <param name="Instance">The instance whose identity is meant with <see cref="RevocationMethod.RemoveRole"/>; otherwise <see langword="null"/>.</param>
public sealed record RevocationTarget(RevocationMethod Method, KeyIdentifier Key, string? Instance = null)
{
    /// <summary>The whole identifier of what is meant: the instance, the version, or the name of the key.</summary>
    public string NameInLog() => Instance ?? Key.Version ?? Key.Name;
}
