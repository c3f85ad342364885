using System.Collections.Concurrent;

namespace DpsPortal.Services.Vaults;

/// <summary>What roles permit, kept no longer than an impact may be acknowledged: a role of one's own can change.</summary>
internal sealed class RoleDefinitions(IVaultManagement management, TimeProvider clock)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (RoleDefinition Role, long At)> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <returns><see langword="null"/> when it cannot be read; then it is asked for again the next time.</returns>
    public async Task<RoleDefinition?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(id, out var known) && clock.GetElapsedTime(known.At) < KeptFor)
        {
            return known.Role;
        }

        try
        {
            var at = clock.GetTimestamp();
            var role = await management.FindRoleDefinitionAsync(id, cancellationToken).ConfigureAwait(false);
            if (role is not null)
            {
                _known[id] = (role, at);
            }

            return role;
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is not null)
        {
            return null;
        }
    }
}
