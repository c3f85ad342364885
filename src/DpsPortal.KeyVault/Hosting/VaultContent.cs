using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Events;
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
        services.GetRequiredService<NewVersionEvents>().Load();
        // Both secrets must lie in their files before anyone can be told that the vault runs.
        services.GetRequiredService<Credentials>();
        if (!vaults.All.Any())
        {
            await roles.AddAsync(
                new RoleAssignment(Guid.NewGuid(), $"/subscriptions/{options.SubscriptionId}", BuiltInRole.Administrator, options.AdministratorObjectId,
                    "ServicePrincipal", TimeProvider.System.GetUtcNow()),
                audit: null);
        }
        // The vault comes last: a first start that was cut short is begun again at the next.
        if (vaults.Find(options.DefaultVault) is null)
        {
            await vaults.PutAsync(
                new VaultResource(options.DefaultVault, options.ResourceGroup, options.Location, PurgeProtection: true, VaultResource.LongestRetention, domainClock.GetUtcNow()),
                audit: null);
        }
    }
}
