using System.Collections.Concurrent;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Instances;

/// <summary>
/// Reads which version of a key is current, for pages: a vault that hangs costs them <see cref="Patience.Silence"/>, and what it said
/// last is remembered with its time.
/// </summary>
internal sealed class CurrentVersions(VaultKeys vault, KeyAbsences absences, TimeProvider clock)
{
    private readonly ConcurrentDictionary<KeyIdentifier, SeenVersion> _seen = new();

    /// <param name="look">Where the vaults are, for when this one does not show the key.</param>
    public async Task<CurrentVersion> ReadAsync(KeyIdentifier key, Lazy<Task<IReadOnlyList<AllowedVault>>> look, CancellationToken cancellationToken)
    {
        using var patience = new Patience(clock, cancellationToken);
        VaultFault? fault = null;
        try
        {
            if (await vault.FindAsync(key, patience.Token).ConfigureAwait(false) is { Properties.Version: var version })
            {
                _seen[key] = new SeenVersion(version, clock.GetUtcNow());
                return new CurrentVersion(version);
            }
        }
        catch (Exception failure) when (VaultFault.Of(failure, cancellationToken) is { } silent)
        {
            fault = silent;
        }

        return new CurrentVersion(null, await absences.OfAsync(key, fault, look, cancellationToken).ConfigureAwait(false), _seen.GetValueOrDefault(key));
    }
}
