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
        services.GetRequiredService<Applications>().Load();
        roles.Load();
        services.GetRequiredService<KeyStore>().Load();
        services.GetRequiredService<NewVersionEvents>().Load();
        // Both secrets must lie in their files before anyone can be told that the vault runs.
        services.GetRequiredService<Credentials>();
        if (vaults.IsEmpty)
        {
            // As if it had been there for so long that it is in effect, whatever the delay.
            await roles.AddAsync(
                new RoleAssignment(Guid.NewGuid(), $"/subscriptions/{options.SubscriptionId}", BuiltInRole.Administrator, options.AdministratorObjectId,
                    "ServicePrincipal", TimeProvider.System.GetUtcNow() - RoleAssignments.LongestDelay),
                audit: null).ConfigureAwait(false);
        }

        // The vault comes last: a first start that was cut short is begun again at the next.
        if (vaults.FindAny(options.DefaultVault) is null)
        {
            var made = new VaultResource(
                options.DefaultVault, options.ResourceGroup, options.Location, PurgeProtection: true, VaultResource.LongestRetention, domainClock.GetUtcNow())
            {
                Sku = options.DefaultVaultSku,
            };
            await vaults.ChangeAsync(made.Name, _ => new VaultDecision.Created(made), audit: null).ConfigureAwait(false);
        }
    }
}
