using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.SharedAccess;

/// <summary>A shared access policy as it is stored.</summary>
/// <param name="SealedKeys">Opened only for the check of a token, or for an audited reveal.</param>
internal sealed record StoredPolicy(string Name, AccessRights Rights, byte[] SealedKeys)
{
    public override string ToString() => $"{nameof(StoredPolicy)} {Name}";
}
