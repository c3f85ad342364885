using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

public partial class KeyClient
{
    /// <summary>All keys, without versions, with the properties of the current one (permission: list).</summary>
    public virtual Pageable<KeyProperties> GetPropertiesOfKeys(CancellationToken cancellationToken = default) =>
        VaultPages.List(_pipeline, "/keys/", KeyProperties.Read, () => Source.StartScope(nameof(GetPropertiesOfKeys)), cancellationToken);

    /// <inheritdoc cref="GetPropertiesOfKeys"/>
    public virtual AsyncPageable<KeyProperties> GetPropertiesOfKeysAsync(CancellationToken cancellationToken = default) =>
        VaultPages.ListAsync(_pipeline, "/keys/", KeyProperties.Read, () => Source.StartScope(nameof(GetPropertiesOfKeys)), cancellationToken);

    /// <summary>All versions of a key, in the order of their ids: not in that of time (permission: list). An unknown key has none.</summary>
    public virtual Pageable<KeyProperties> GetPropertiesOfKeyVersions(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return VaultPages.List(_pipeline, $"/keys/{name}/versions", KeyProperties.Read, () => StartVersions(name), cancellationToken);
    }

    /// <inheritdoc cref="GetPropertiesOfKeyVersions"/>
    public virtual AsyncPageable<KeyProperties> GetPropertiesOfKeyVersionsAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return VaultPages.ListAsync(_pipeline, $"/keys/{name}/versions", KeyProperties.Read, () => StartVersions(name), cancellationToken);
    }

    private static VaultScope StartVersions(string name) =>
        Source.StartScope(nameof(GetPropertiesOfKeyVersions), "az.keyvault.key.name", name);
}
