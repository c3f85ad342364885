using System.Globalization;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Vaults;

/// <summary>What a vault is to the portal. All but <see cref="Answers"/> leave open which keys it has: that is unknown, and not none.</summary>
public abstract record VaultCondition
{
    private VaultCondition() { }

    /// <summary>Its keys could be read.</summary>
    public sealed record Answers : VaultCondition;

    /// <summary>Soft-deleted: its management lists it among the deleted vaults, and it can be recovered there.</summary>
    /// <param name="RecoverableUntil">When it is purged, and every key with it.</param>
    /// <param name="Location">Azure region, which a recovery has to name.</param>
    /// <param name="ResourceId">ARM id that it had and gets back.</param>
    public sealed record Deleted(DateTimeOffset? DeletedOn, DateTimeOffset? RecoverableUntil, string Location, string ResourceId) : VaultCondition;

    /// <summary>The subscription has no vault of this name, deleted ones included.</summary>
    public sealed record NotFound : VaultCondition;

    /// <summary>It answered, and refused the portal's own identity: nothing is known of how it answers others.</summary>
    /// <param name="Code">The vault's innermost code, such as <c>ForbiddenByFirewall</c>.</param>
    /// <param name="Since">Since when every look of this process has been refused for this cause.</param>
    public sealed record Refuses(KeyAccessCause Cause, string? Code, DateTimeOffset Since) : VaultCondition;

    /// <summary>It did not answer the portal as a vault does.</summary>
    /// <param name="Since">Since when no look of this process has been answered.</param>
    public sealed record Silent(KeyAccessCause Cause, DateTimeOffset Since) : VaultCondition;

    /// <summary>The management of vaults did not say whether it exists: it refused, with a code, or did not answer.</summary>
    public sealed record NotLookedUp(KeyAccessCause Cause, string? Code) : VaultCondition;

    internal Refusal ToRefusal(string vault) => this switch
    {
        Deleted deleted => new Refusal(ServiceRefusals.VaultDeleted, null, vault, Date(deleted.RecoverableUntil)),
        NotFound => new Refusal(ServiceRefusals.VaultNotFound, null, vault),
        Refuses refuses => new VaultFault(true, refuses.Cause, refuses.Code, 0).ToRefusal(),
        Silent silent => new VaultFault(false, silent.Cause, null, 0).ToRefusal(),
        NotLookedUp unknown => new Refusal(ServiceRefusals.VaultsNotListed, null, unknown.Code ?? unknown.Cause.ToString()),
        _ => throw new InvalidOperationException("A vault that answers refuses nothing."),
    };

    /// <summary>For a refusal: the day as every reader understands it.</summary>
    internal static string Date(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "?";
}
