using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

/// <summary>All keys of all allowed vaults. One silent vault costs its own keys, not the list.</summary>
internal sealed class KeyListing(
    AllowedVaults vaults, VaultKeys keys, KeyReader reader, IProvisioningInstances instances, PortalServicesOptions options, TimeProvider clock)
{
    private const int KeysReadAtOnce = 8;

    public async Task<KeyList> ReadAsync(Caller caller, CancellationToken cancellationToken)
    {
        var all = await instances.ListAsync(caller, cancellationToken);
        IReadOnlyList<Vault> known;
        try
        {
            using var patience = new Patience(clock, cancellationToken);
            known = await vaults.ListAsync(patience.Token);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } silent)
        {
            // Without their management, no vault can be found.
            return new KeyList([], [.. options.Vaults.Select(vault => new UnansweredVault(vault, silent.Cause))], clock.GetUtcNow());
        }

        var read = await Task.WhenAll(known.Select(vault => ReadAsync(vault, all, cancellationToken)));
        return new KeyList([.. read.SelectMany(part => part.Keys)], [.. read.Select(part => part.Unanswered).OfType<UnansweredVault>()], clock.GetUtcNow());
    }

    private async Task<(IReadOnlyList<KeyOverview> Keys, UnansweredVault? Unanswered)> ReadAsync(
        Vault vault, IReadOnlyList<ProvisioningInstance> all, CancellationToken cancellationToken)
    {
        try
        {
            using var patience = new Patience(clock, cancellationToken);
            var names = await keys.ListNamesAsync(vault.Uri, patience);
            var found = new KeyOverview?[names.Count];
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = KeysReadAtOnce, CancellationToken = patience.Token };
            await Parallel.ForAsync(0, names.Count, parallel, async (index, token) =>
            {
                found[index] = (await reader.ReadAsync(KeyIdentifier.Create(vault.Uri, names[index]), all, token))?.ToOverview();
                patience.Answered();
            });
            return ([.. found.OfType<KeyOverview>()], null);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } silent)
        {
            return ([], new UnansweredVault(vault.Name, silent.Cause));
        }
    }
}
