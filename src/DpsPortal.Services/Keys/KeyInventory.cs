using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

/// <summary>
/// Which keys there are, listed in the background: a page needs the names of all to find its own, and lists of ten thousand take hundreds
/// of calls. Only names and ends come from here; what a page says of a key it reads for itself.
/// </summary>
internal sealed class KeyInventory(AllowedVaults vaults, VaultKeys keys, VaultWatch watch, PortalChanges changes, TimeProvider clock)
{
    private static readonly TimeSpan ListedAgainAfter = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly List<(KeyIdentifier Key, DateTimeOffset? ExpiresOn)> _meanwhile = [];
    private Task<KeyNames>? _listing;
    private KeyNames? _listed;

    /// <summary>What is known. Where that is old, it is listed again meanwhile.</summary>
    /// <param name="anew">Whether to wait until it has been listed again.</param>
    public async Task<KeyNames> GetAsync(bool anew, CancellationToken cancellationToken)
    {
        var listed = Volatile.Read(ref _listed);
        if (listed is not null && !anew)
        {
            if (clock.GetUtcNow() - listed.ReadAt >= ListedAgainAfter)
            {
                _ = ListOnce();
            }

            return listed;
        }

        return await ListOnce().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A key that was made, or found, since.</summary>
    public void Add(KeyIdentifier key, DateTimeOffset? expiresOn)
    {
        lock (_gate)
        {
            _listed = _listed is { } listed ? With(listed, (key, expiresOn)) : null;
            if (_listing is { IsCompleted: false })
            {
                // The listing under way may have passed its place.
                _meanwhile.Add((key, expiresOn));
            }
        }
    }

    private static KeyNames With(KeyNames listed, (KeyIdentifier Key, DateTimeOffset? ExpiresOn) made)
    {
        var key = made.Key;
        if (listed.Vaults.FirstOrDefault(
            vault => vault.Key.Equals(key.VaultName, StringComparison.OrdinalIgnoreCase)) is not { Key: { } vault, Value: var (names, condition) }
            || names.Contains(key.Name, StringComparer.OrdinalIgnoreCase))
        {
            return listed;
        }

        var vaults = new Dictionary<string, (IReadOnlyList<string> Names, VaultCondition Condition)>(listed.Vaults, StringComparer.OrdinalIgnoreCase)
        {
            [vault] = ([.. names, key.Name], condition),
        };
        return new KeyNames(vaults, listed.ReadAt) { Ends = made.ExpiresOn is { } end
            ? new Dictionary<KeyName, DateTimeOffset>(listed.Ends) { [new KeyName(vault, key.Name)] = end }
            : listed.Ends };
    }

    /// <summary>One at a time, however many pages ask; it belongs to no page, and goes on when its reader leaves.</summary>
    private Task<KeyNames> ListOnce()
    {
        lock (_gate)
        {
            return _listing is { IsCompleted: false } ? _listing : _listing = Task.Run(() => ListAsync(CancellationToken.None));
        }
    }

    private async Task<KeyNames> ListAsync(CancellationToken cancellationToken)
    {
        var read = await Task.WhenAll((await vaults.LookAsync(cancellationToken).ConfigureAwait(false)).Select(vault => ListAsync(vault, cancellationToken)))
            .ConfigureAwait(false);
        var names = new KeyNames(
            read.ToDictionary(
                part => part.Vault,
                part => ((IReadOnlyList<string>)[.. part.Keys.Select(key => key.Name)], part.Condition),
                StringComparer.OrdinalIgnoreCase), clock.GetUtcNow())
        {
            Ends = read.SelectMany(part => part.Keys, (part, key) => (Key: new KeyName(part.Vault, key.Name), key.ExpiresOn))
                .Where(key => key.ExpiresOn is not null).ToDictionary(key => key.Key, key => key.ExpiresOn!.Value),
        };
        lock (_gate)
        {
            _listed = names = _meanwhile.Aggregate(names, With);
            _meanwhile.Clear();
        }

        changes.Publish(PortalChangeKind.Key, "");
        return names;
    }

    private async Task<(
        string Vault, IReadOnlyList<(string Name, DateTimeOffset? ExpiresOn)> Keys,
        VaultCondition Condition)> ListAsync(AllowedVault vault, CancellationToken cancellationToken)
    {
        if (vault.Vault is not { } there)
        {
            return (vault.Name, [], vault.Missing!);
        }

        try
        {
            using var patience = new Patience(clock, cancellationToken);
            var names = await keys.ListNamesAsync(there.Uri, patience).ConfigureAwait(false);
            watch.Answered(vault.Name);
            return (vault.Name, names, new VaultCondition.Answers());
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } answer)
        {
            return (vault.Name, [], watch.Failed(vault.Name, answer));
        }
    }
}
