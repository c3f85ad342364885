using System.Collections.Concurrent;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Instances;

/// <summary>What a vault says of a key's current version, or why it says nothing and what it said last.</summary>
internal sealed record CurrentVersion(string? Version, KeyAccessCause? Silence = null, SeenVersion? LastSeen = null);

/// <summary>
/// Reads which version of a key is current, for pages: a vault that hangs costs them <see cref="Patience.Silence"/>, and what it said
/// last is remembered with its time.
/// </summary>
internal sealed class CurrentVersions(VaultKeys vault, TimeProvider clock)
{
    private readonly ConcurrentDictionary<KeyIdentifier, SeenVersion> _seen = new();

    public async Task<CurrentVersion> ReadAsync(KeyIdentifier key, CancellationToken cancellationToken)
    {
        using var patience = new Patience(clock, cancellationToken);
        try
        {
            if (await vault.FindAsync(key, patience.Token) is not { Properties.Version: var version })
            {
                return new CurrentVersion(null, KeyAccessCause.KeyNotFound, LastSeen(key));
            }

            _seen[key] = new SeenVersion(version, clock.GetUtcNow());
            return new CurrentVersion(version);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } silent)
        {
            return new CurrentVersion(null, silent.Cause, LastSeen(key));
        }
    }

    private SeenVersion? LastSeen(KeyIdentifier key) => _seen.GetValueOrDefault(key);
}
