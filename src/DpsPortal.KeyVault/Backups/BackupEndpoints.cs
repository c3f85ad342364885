using System.Buffers.Text;
using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Algorithms;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.KeyRequests;
using DpsPortal.KeyVault.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Backups;

/// <summary>
/// Azure Key Vault keys REST API: backup and restore of a key with all its versions. A backup made before a purge can still be
/// restored, as in Azure: whoever may back up keys can keep them.
/// </summary>
internal sealed class BackupEndpoints(DataPlane plane, KeyStore keys, KeyCopies copies, BackupKey backupKey, EmbeddedKeyVaultOptions options)
{
    /// <summary>500 versions of RSA-4096 are 3 MB; the rest is room for tags.</summary>
    private const int LongestBody = 16 * 1024 * 1024;
    private const int LongestBlob = LongestBody / 4 * 3 - 1024;
    private static readonly VaultError Corrupt = new(400, "Malformed backup blob", "Backup blob is corrupt.");
    private static readonly VaultError CorruptVersion = Corrupt with { Message = "Backup blob contains invalid or corrupt version." };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/keys/{name}/backup", plane.Handle(new("KeyBackup", DataActions.Backup), Backup));
        routes.MapPost("/keys/restore", plane.Handle(new("KeyRestore", DataActions.Restore), RestoreAsync));
    }

    private ValueTask<Answer> Backup(KeyRequest request) => ValueTask.FromResult<Answer>(
        keys.Find(request.Vault.Name, request.Name!) is { } key ? Backup(request, key) : KeyAnswers.NotFound(request));

    private Answer Backup(KeyRequest request, StoredKey key)
    {
        if (key.Versions.Count > KeyBackup.MostVersions)
        {
            return VaultError.BadParameter($"A key with more than {KeyBackup.MostVersions} versions cannot be backed up.");
        }

        var backup = copies.Copy(key);
        var blob = BackupBlob.Write(backup, backupKey, Scope(request));
        KeyCopies.Clear(backup);
        return blob.Length > LongestBlob
            ? VaultError.BadParameter("The key has too many versions and tags to be backed up.")
            : Answer.Ok(new BackupBody(Base64Url.EncodeToString(blob)), BackupJson.Default.BackupBody);
    }

    private async ValueTask<Answer> RestoreAsync(KeyRequest request)
    {
        JsonBody.RaiseLimit(request.Http, LongestBody);
        var (body, unreadable) =
            await JsonBody.ReadAsync(request.Http, BackupJson.Default.BackupBody, "The body must be a JSON object with value.").ConfigureAwait(false);
        if (body is not { Value: { } text })
        {
            return unreadable ?? VaultError.MissingProperty("value");
        }

        if (Base64UrlText.Decode(text) is not { } blob)
        {
            return Corrupt;
        }

        if (!BackupBlob.HasVersion(blob))
        {
            return CorruptVersion;
        }

        if (BackupBlob.Read(blob, backupKey, Scope(request)) is not { } backup)
        {
            return Corrupt;
        }

        if (!request.Vault.TakesHardwareKeys && backup.Versions.Any(version => KeyTypes.IsHsm(version.KeyType)))
        {
            KeyCopies.Clear(backup);
            return VaultError.StandardVault;
        }

        var versions = copies.Open(backup, request.Vault.Name);
        KeyCopies.Clear(backup);
        var id = request.Audit.Id = request.KeyId(backup.Name, versions[^1].Version);
        return await keys.RestoreAsync(request.Vault.Name, backup.Name, versions, KeyRows.ToPolicy(backup.Policy), request.Audit).ConfigureAwait(false) switch
        {
            KeyChange.Done { Key: var key } => KeyAnswers.Bundle(request, key, key.Current),
            KeyChange.Refused { Presence: KeyPresence.Present } => KeyConflicts.RestoredOver(id),
            KeyChange.Refused refused => KeyConflicts.NameTaken(backup.Name, refused.Presence),
            _ => VaultError.VaultNotFound(request.Http.Request.Host.Host),
        };
    }

    private BackupScope Scope(KeyRequest request) => new(options.TenantId, Guid.Parse(options.SubscriptionId), Geography.Of(request.Vault.Location));
}
