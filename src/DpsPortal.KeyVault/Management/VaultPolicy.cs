using DpsPortal.KeyVault.Http;

namespace DpsPortal.KeyVault.Management;

/// <summary>What may become of a vault: a function of what it is, what is asked and the moment.</summary>
internal static class VaultPolicy
{
    public const string Type = "Microsoft.KeyVault/vaults";

    /// <param name="request">Its properties were found to be well formed.</param>
    public static VaultDecision Put(VaultResource? known, string name, string group, VaultPutBody request, DateTimeOffset now) => known switch
    {
        null => new VaultDecision.Created(Apply(
            new VaultResource(name, group, request.Location!, false, request.Properties!.SoftDeleteRetentionInDays ?? VaultResource.LongestRetention, now),
            request.Tags, request.Properties)),
        { Deletion: not null } => new VaultDecision.Refused(ArmErrors.Conflict("ConflictError",
            $"A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Vault: {known.Name}")),
        _ when !known.IsIn(group) => new VaultDecision.Refused(ArmErrors.Conflict("VaultAlreadyExists",
            $"The vault name '{known.Name}' is already in use. Vault names are globally unique.")),
        _ => Update(known, request.Tags, request.Properties!),
    };

    public static VaultDecision Patch(VaultResource? known, string name, string group, VaultPatchBody request) =>
        IsThere(known, group) ? Update(known!, request.Tags, request.Properties ?? VaultPutProperties.None) : Missing(name, group);

    public static VaultDecision Delete(VaultResource? known, string name, string group, DateTimeOffset now) =>
        IsThere(known, group) ? new VaultDecision.Deleted(known! with { Deletion = VaultDeletion.At(now, known.RetentionDays) }) : Missing(name, group);

    /// <summary>Everything comes back as it was, but the role assignments; only to where it was.</summary>
    public static VaultDecision Recover(VaultResource? known, string name, string group, string location) =>
        IsDeleted(known, location) && known!.IsIn(group) ? new VaultDecision.Changed(known with { Deletion = null }) : MissingDeleted(name);

    /// <summary>Purge protection has no exception, for nobody.</summary>
    public static VaultDecision Purge(VaultResource? known, string name, string location)
    {
        if (!IsDeleted(known, location))
        {
            return MissingDeleted(name);
        }

        return known!.PurgeProtection
            ? new VaultDecision.Refused(new VaultError(405, "MethodNotAllowed", "Operation 'DeletedVaultPurge' is not allowed."))
            : new VaultDecision.Purged(known);
    }

    public static bool IsDeleted(VaultResource? vault, string location) =>
        vault is { Deletion: not null } && vault.Location.Equals(location, StringComparison.OrdinalIgnoreCase);

    public static VaultDecision.Refused MissingDeleted(string name) =>
        new(ArmErrors.NotFound("DeletedVaultNotFound", $"The specified deleted vault '{name}' does not exist."));

    private static bool IsThere(VaultResource? vault, string group) => vault is { Deletion: null } && vault.IsIn(group);

    private static VaultDecision.Refused Missing(string name, string group) => new(ArmErrors.ResourceNotFound(Type, name, group));

    private static VaultDecision Update(VaultResource known, IReadOnlyDictionary<string, string?>? tags, VaultPutProperties properties)
    {
        if (properties.SoftDeleteRetentionInDays is { } days && days != known.RetentionDays)
        {
            return new VaultDecision.Refused(
                ArmErrors.BadRequest("BadRequest", "The property \"softDeleteRetentionInDays\" has been set already and it can't be modified."));
        }

        return known.PurgeProtection && properties.EnablePurgeProtection is false
            ? new VaultDecision.Refused(ArmErrors.BadRequest("BadRequest",
                "The property \"enablePurgeProtection\" cannot be set to false. Enabling the purge protection for a vault is an irreversible action."))
            : new VaultDecision.Changed(Apply(known, tags, properties));
    }

    /// <summary>What is absent stays, in a PUT too: a template that says nothing of the firewall must not open it.</summary>
    private static VaultResource Apply(VaultResource vault, IReadOnlyDictionary<string, string?>? tags, VaultPutProperties properties) => vault with
    {
        PurgeProtection = vault.PurgeProtection || properties.EnablePurgeProtection is true,
        Sku = properties.Sku?.Name?.ToLowerInvariant() ?? vault.Sku,
        Tags = tags is null ? vault.Tags : tags.Count == 0 ? null : tags.ToDictionary(tag => tag.Key, tag => tag.Value ?? ""),
        Network = VaultInput.Network(vault.Network, properties),
    };
}
