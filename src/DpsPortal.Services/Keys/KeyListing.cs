using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

/// <summary>
/// All keys of all allowed vaults, and every key that DPS uses, shown by its vault or not. One silent vault costs its own keys, not
/// the list, and one unreadable key costs itself.
/// </summary>
internal sealed class KeyListing(
    AllowedVaults vaults, VaultKeys keys, KeyReader reader, KeyAbsences absences, VaultWatch watch, IProvisioningInstances instances, TimeProvider clock)
{
    private const int KeysReadAtOnce = 8;

    public async Task<KeyList> ReadAsync(Caller caller, CancellationToken cancellationToken)
    {
        var all = await instances.ListAsync(caller, cancellationToken);
        var fences = await reader.FencesAsync(cancellationToken);
        var lost = await reader.MissingAsync(all, cancellationToken);
        var read = await Task.WhenAll((await vaults.LookAsync(cancellationToken)).Select(vault => ReadAsync(vault, all, fences, lost, cancellationToken)));
        var absent = read.SelectMany(part => part.Unread).ToList();
        var listed = read.SelectMany(part => part.Keys).Select(key => key.Key).Concat(absent.Select(key => key.Key)).ToHashSet();
        absent.AddRange(await Task.WhenAll(
            from key in KeyAbsences.InUse(all)
            where !listed.Contains(key)
            select AbsentAsync(key, read, all, cancellationToken)));
        return new KeyList([.. read.SelectMany(part => part.Keys)], absent, [.. read.Select(part => part.Status)], clock.GetUtcNow());
    }

    private async Task<VaultReading> ReadAsync(
        AllowedVault vault, IReadOnlyList<ProvisioningInstance> all, IReadOnlyList<FencedVersion> fences, IReadOnlyList<MissingInstance> lost, CancellationToken cancellationToken)
    {
        if (vault.Vault is not { } there)
        {
            return new VaultReading(vault, vault.Missing!);
        }

        try
        {
            using var patience = new Patience(clock, cancellationToken);
            var names = await keys.ListNamesAsync(there.Uri, patience);
            watch.Answered(there.Name);
            var (found, unread) = (new KeyOverview?[names.Count], new AbsentKey?[names.Count]);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = KeysReadAtOnce, CancellationToken = patience.Token };
            await Parallel.ForAsync(0, names.Count, parallel, async (index, token) =>
            {
                (found[index], unread[index]) = await ReadAsync(there, names[index], all, fences, lost, token);
                patience.Answered();
            });
            return new VaultReading(vault, new VaultCondition.Answers()) { Keys = [.. found.OfType<KeyOverview>()], Unread = [.. unread.OfType<AbsentKey>()] };
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } answer)
        {
            return new VaultReading(vault, watch.Failed(there.Name, answer));
        }
    }

    /// <summary>A key that goes between the listing of names and this is neither; whether it is in use is looked at in the end.</summary>
    private async Task<(KeyOverview? Key, AbsentKey? Unread)> ReadAsync(
        Vault vault, string name, IReadOnlyList<ProvisioningInstance> all, IReadOnlyList<FencedVersion> fences, IReadOnlyList<MissingInstance> lost, CancellationToken cancellationToken)
    {
        var key = KeyIdentifier.Create(vault.Uri, name);
        try
        {
            // A creation asks the vault first, so its fault comes first here as well.
            return (await reader.ReadAsync(key, all, cancellationToken, fences, lost))?.ToOverview() is { } read
                ? (read with { Unsuitable = NewInstanceForm.FaultOf(vault) ?? read.Unsuitable }, null)
                : (null, null);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } answer)
        {
            return (null, Absent(key, new KeyAbsence.Unread(answer.Answered, answer.Cause, answer.Code), all));
        }
    }

    private async Task<AbsentKey> AbsentAsync(
        KeyIdentifier key, IReadOnlyList<VaultReading> read, IReadOnlyList<ProvisioningInstance> all, CancellationToken cancellationToken) => Absent(
        key,
        read.FirstOrDefault(part => part.Vault.IsAt(key.Vault)) switch
        {
            null => new KeyAbsence.VaultNotConfigured(),
            { Condition: VaultCondition.Answers } => await absences.InVaultAsync(key, cancellationToken),
            var unread => new KeyAbsence.VaultUnread(unread.Condition),
        },
        all);

    private AbsentKey Absent(KeyIdentifier key, KeyAbsence absence, IReadOnlyList<ProvisioningInstance> all) =>
        new(key, absence, KeyAbsences.DependentsOf(key, all), clock.GetUtcNow());

    private sealed record VaultReading(AllowedVault Vault, VaultCondition Condition)
    {
        public IReadOnlyList<KeyOverview> Keys { get; init; } = [];

        public IReadOnlyList<AbsentKey> Unread { get; init; } = [];

        public VaultStatus Status => new(Vault.Name, Condition);
    }
}
