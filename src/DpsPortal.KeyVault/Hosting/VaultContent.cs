using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Issuer;
using DpsPortal.KeyVault.Keys;
using DpsPortal.KeyVault.Management;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.KeyVault.Hosting;

/// <summary>Reads the stores into memory, and at the first start makes what a vault cannot do without.</summary>
internal static class VaultContent
{
    public static async Task LoadAsync(IServiceProvider services, EmbeddedKeyVaultOptions options, TimeProvider domainClock)
    {
        var vaults = services.GetRequiredService<VaultRegistry>();
        var roles = services.GetRequiredService<RoleAssignments>();
        vaults.Load();
        services.GetRequiredService<ManagedIdentities>().Load();
        roles.Load();
        services.GetRequiredService<KeyStore>().Load();
        // Both secrets must lie in their files before anyone can be told that the vault runs.
        services.GetRequiredService<Credentials>();
        if (!vaults.All.Any())
        {
            await MakeFirstContentAsync(vaults, roles, options, domainClock);
        }
    }

    /// <summary>The vault comes last: what was begun and not finished is begun again at the next start.</summary>
    private static async Task MakeFirstContentAsync(VaultRegistry vaults, RoleAssignments roles, EmbeddedKeyVaultOptions options, TimeProvider domainClock)
    {
        await roles.AddAsync(
            new RoleAssignment(Guid.NewGuid(), $"/subscriptions/{options.SubscriptionId}", BuiltInRole.Administrator, options.AdministratorObjectId,
                "ServicePrincipal", TimeProvider.System.GetUtcNow()),
            audit: null);
        await vaults.PutAsync(
            new VaultResource(options.DefaultVault, options.ResourceGroup, options.Location, PurgeProtection: true, VaultResource.LongestRetention, domainClock.GetUtcNow()),
            audit: null);
    }
}
