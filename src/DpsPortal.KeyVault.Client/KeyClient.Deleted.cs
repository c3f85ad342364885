using Azure.Core;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

public partial class KeyClient
{
    /// <summary>Deletes a key with all its versions; it can be recovered until it is purged (permission: delete).</summary>
    public virtual DeleteKeyOperation StartDeleteKey(string name, CancellationToken cancellationToken = default) =>
        new(_pipeline, Source, CallAsync(nameof(StartDeleteKey), name, null, Deletion(name), false, cancellationToken).EnsureCompleted());

    /// <inheritdoc cref="StartDeleteKey"/>
    public virtual async Task<DeleteKeyOperation> StartDeleteKeyAsync(string name, CancellationToken cancellationToken = default) =>
        new(_pipeline, Source, await CallAsync(nameof(StartDeleteKey), name, null, Deletion(name), true, cancellationToken).ConfigureAwait(false));

    /// <summary>A deleted key, with the dates of its deletion and its purge (permission: get).</summary>
    public virtual Response<DeletedKey> GetDeletedKey(string name, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(GetDeletedKey), name, null, GettingDeleted(name), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="GetDeletedKey"/>
    public virtual async Task<Response<DeletedKey>> GetDeletedKeyAsync(string name, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(GetDeletedKey), name, null, GettingDeleted(name), true, cancellationToken).ConfigureAwait(false);

    /// <summary>All deleted keys, one for each name, without their public keys (permission: list).</summary>
    public virtual Pageable<DeletedKey> GetDeletedKeys(CancellationToken cancellationToken = default) =>
        VaultPages.List(_pipeline, "/deletedkeys/", DeletedKey.Read, () => Source.StartScope(nameof(GetDeletedKeys)), cancellationToken);

    /// <inheritdoc cref="GetDeletedKeys"/>
    public virtual AsyncPageable<DeletedKey> GetDeletedKeysAsync(CancellationToken cancellationToken = default) =>
        VaultPages.ListAsync(_pipeline, "/deletedkeys/", DeletedKey.Read, () => Source.StartScope(nameof(GetDeletedKeys)), cancellationToken);

    /// <summary>Destroys a deleted key for good (permission: purge). A vault with purge protection refuses.</summary>
    public virtual Response PurgeDeletedKey(string name, CancellationToken cancellationToken = default) =>
        PurgeAsync(name, false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="PurgeDeletedKey"/>
    public virtual async Task<Response> PurgeDeletedKeyAsync(string name, CancellationToken cancellationToken = default) =>
        await PurgeAsync(name, true, cancellationToken).ConfigureAwait(false);

    /// <summary>Brings a deleted key back with all its versions (permission: recover).</summary>
    public virtual RecoverDeletedKeyOperation StartRecoverDeletedKey(string name, CancellationToken cancellationToken = default) =>
        new(_pipeline, Source, CallAsync(nameof(StartRecoverDeletedKey), name, null, Recovery(name), false, cancellationToken).EnsureCompleted());

    /// <inheritdoc cref="StartRecoverDeletedKey"/>
    public virtual async Task<RecoverDeletedKeyOperation> StartRecoverDeletedKeyAsync(string name, CancellationToken cancellationToken = default) =>
        new(_pipeline, Source, await CallAsync(nameof(StartRecoverDeletedKey), name, null, Recovery(name), true, cancellationToken).ConfigureAwait(false));

    private static VaultCall<DeletedKey> Deletion(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(RequestMethod.Delete, $"/keys/{name}", DeletedKey.Read);
    }

    private static VaultCall<DeletedKey> GettingDeleted(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(RequestMethod.Get, $"/deletedkeys/{name}", DeletedKey.Read);
    }

    private static VaultCall<KeyVaultKey> Recovery(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(RequestMethod.Post, $"/deletedkeys/{name}/recover", KeyVaultKey.Read);
    }

    /// <summary>The answer has no body to read.</summary>
    private async ValueTask<Response> PurgeAsync(string name, bool async, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        using var scope = Source.StartScope(nameof(PurgeDeletedKey), "az.keyvault.key.name", name);
        try
        {
            var response = await _pipeline.SendAsync(RequestMethod.Delete, $"/deletedkeys/{name}", async, cancellationToken).ConfigureAwait(false);
            return VaultPipeline.IsSuccess(response) ? response : throw new RequestFailedException(response);
        }
        catch (Exception error)
        {
            scope.Failed(error);
            throw;
        }
    }
}
