using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.People;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

/// <summary>
/// Keys of the allowed vaults, and every key that DPS uses, shown by its vault or not. One silent vault costs its own keys, not
/// the list, and one unreadable key costs itself.
/// </summary>
internal sealed class KeyListing(
    AllowedVaults vaults,
    VaultKeys keys,
    KeyReader reader,
    WayIn wayIn,
    KeyAbsences absences,
    VaultWatch watch,
    KeyInventory inventory,
    IProvisioningInstances instances,
    MissingInstances missing,
    TimeProvider clock)
{
    public const int KeysReadAtOnce = 8;

    /// <summary>
    /// Those that instances have, or have left and still need, and those that end before a time: however many more the vaults have, they are
    /// not asked for them.
    /// </summary>
    public async Task<KeyList> ReadWatchedAsync(Caller caller, DateTimeOffset endingBefore, CancellationToken cancellationToken)
    {
        var places = await vaults.LookAsync(cancellationToken).ConfigureAwait(false);
        var known = await KnownAsync(places, anew: false, cancellationToken).ConfigureAwait(false);
        var ending = known.Ends.Where(end => end.Value <= endingBefore).ToLookup(end => end.Key.Vault, end => end.Key.Name, StringComparer.OrdinalIgnoreCase);
        var uses = KeyUses.Of(await instances.ListAsync(caller, cancellationToken).ConfigureAwait(false));
        var fences = await instances.ListFencesAsync(PortalCaller.Itself, cancellationToken).ConfigureAwait(false);
        var lost = await missing.ListAsync(uses.Names, cancellationToken).ConfigureAwait(false);
        var used = uses.Keys.Concat(lost.SelectMany(instance => instance.Keys)).Distinct().ToList();
        var read = await Task.WhenAll(places.Select(place =>
            ReadWatchedAsync(
                place,
                [.. used.Where(key => place.IsAt(key.Vault)).Select(key => key.Name).Union(ending[place.Name], StringComparer.OrdinalIgnoreCase)],
                uses,
                fences,
                lost,
                cancellationToken)))
                .ConfigureAwait(false);
        var absent = read.SelectMany(part => part.Unread).ToList();
        var listed = read.SelectMany(part => part.Keys).Select(key => key.Key).Concat(absent.Select(key => key.Key)).ToHashSet();
        absent.AddRange(await Task.WhenAll(
            from key in used
            where !listed.Contains(key)
            select AbsentAsync(key, read, uses, cancellationToken)).ConfigureAwait(false));
        return new KeyList([.. read.SelectMany(part => part.Keys)], absent, [.. read.Select(part => part.Status)], clock.GetUtcNow())
        {
            All = NamesAt(known, places).Concat(listed.Concat(absent.Select(key => key.Key)).Select(key => new KeyName(key.VaultName, key.Name)))
                .DistinctBy(key => key.ToString(), StringComparer.OrdinalIgnoreCase).Count(),
            ListedAt = known.ReadAt,
        };
    }

    private async Task<KeyNames> KnownAsync(IReadOnlyList<AllowedVault> places, bool anew, CancellationToken cancellationToken)
    {
        var known = await inventory.GetAsync(anew, cancellationToken).ConfigureAwait(false);

        // A vault that has come since, or whose keys are not known: what it is now has to be asked now.
        return !anew
            && places.Any(
                place => place.Vault is not null && !(known.Vaults.TryGetValue(place.Name, out var listed) && listed.Condition is VaultCondition.Answers))
            ? await inventory.GetAsync(anew: true, cancellationToken).ConfigureAwait(false)
            : known;
    }

    /// <summary>Of a vault that is gone since no key is shown as if it were there.</summary>
    private static IReadOnlyList<KeyName> NamesAt(KeyNames known, IReadOnlyList<AllowedVault> places)
    {
        var gone = known.Vaults.Keys.Where(vault => !places.Any(place => place.Vault is not null && place.Name == vault))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return gone.Count == 0 ? known.Sorted : [.. known.Sorted.Where(key => !gone.Contains(key.Vault))];
    }

    /// <summary>A page of them: which there are comes from the inventory, and no vault is asked for more than the page shows.</summary>
    public async Task<ListedKeys> ReadAsync(Caller caller, KeyQuery query, CancellationToken cancellationToken)
    {
        var places = await vaults.LookAsync(cancellationToken).ConfigureAwait(false);
        var known = await KnownAsync(places, query.Anew, cancellationToken).ConfigureAwait(false);
        var reported = new KeyUses(await instances.ListKeysAsync(caller, cancellationToken).ConfigureAwait(false));
        var names = NamesAt(known, places);
        var (page, hasPrevious, hasNext, total) = KeyPages.Of(names, query);

        // What DPS uses is shown whether a vault lists it or not; before it is called absent, it is looked for: it may be newer than the names.
        var beside = reported.Keys.Where(key =>
            KeyPages.Matches(new KeyName(key.VaultName, key.Name), query.Search)
                && !places.Any(place => place.IsAt(key.Vault) && KeyPages.IsAmong(names, new KeyName(place.Name, key.Name))))
                .ToList();
        var unlisted = hasPrevious ? [] : beside;
        var uses = await DescribedAsync(caller, reported, [.. IdentifiersOf(page, places), .. unlisted], cancellationToken).ConfigureAwait(false);
        var fences = await instances.ListFencesAsync(PortalCaller.Itself, cancellationToken).ConfigureAwait(false);
        var lost = await missing.ListAsync(uses.Names, cancellationToken).ConfigureAwait(false);
        var read = await Task.WhenAll(places.Select(place => ReadPartAsync(place, known, page, uses, fences, lost, cancellationToken))).ConfigureAwait(false);
        var looked = await Task.WhenAll(unlisted.Select(key => LookAsync(key, read, uses, fences, lost, cancellationToken))).ConfigureAwait(false);
        var list = new KeyList(
            [.. looked.Select(look => look.Key).OfType<KeyOverview>(), .. read.SelectMany(part => part.Keys)],
            [.. looked.Select(look => look.Absent).OfType<AbsentKey>(), .. read.SelectMany(part => part.Unread)],
            [.. read.Select(part => part.Status)],
            clock.GetUtcNow());
        return new ListedKeys(
            list, hasPrevious, hasNext, total + beside.Count, known.ReadAt, page.Count > 0 ? page[0].ToString() : null,
            page.Count > 0 ? page[^1].ToString() : null);
    }

    private static IEnumerable<KeyIdentifier> IdentifiersOf(IReadOnlyList<KeyName> page, IReadOnlyList<AllowedVault> places) =>
        from place in places
        let vault = place.Vault
        where vault is not null
        from key in page
        where key.Vault == place.Name
        select KeyIdentifier.Create(vault.Uri, key.Name);

    /// <summary>Of the instances only those are described that need a key of the page.</summary>
    private async Task<KeyUses> DescribedAsync(Caller caller, KeyUses uses, IReadOnlyList<KeyIdentifier> keys, CancellationToken cancellationToken)
    {
        var names = keys.SelectMany(uses.Of).Select(instance => instance.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return names.Count == 0 ? uses : uses.Describing(await instances.ListAsync(caller, names, cancellationToken).ConfigureAwait(false));
    }

    private async Task<VaultReading> ReadPartAsync(
        AllowedVault place, KeyNames known, IReadOnlyList<KeyName> page, KeyUses uses, IReadOnlyList<FencedVersion> fences,
        IReadOnlyList<MissingInstance> lost, CancellationToken cancellationToken)
    {
        var names = page.Where(key => key.Vault == place.Name).Select(key => key.Name).ToList();
        return place.Vault is not null && names.Count == 0 && known.Vaults.TryGetValue(place.Name, out var listed)
            ? new VaultReading(place, listed.Condition)
            : await ReadAsync(place, names, uses, fences, lost, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(KeyOverview? Key, AbsentKey? Absent)> LookAsync(
        KeyIdentifier key, IReadOnlyList<VaultReading> read, KeyUses uses, IReadOnlyList<FencedVersion> fences,
        IReadOnlyList<MissingInstance> lost, CancellationToken cancellationToken)
    {
        if (read.FirstOrDefault(part => part.Vault.IsAt(key.Vault)) is { Condition: VaultCondition.Answers, Vault.Vault: { } there }
            && await ReadAsync(there, key.Name, uses, fences, lost, cancellationToken).ConfigureAwait(false) is var (found, unread)
                && (found is not null || unread is not null))
        {
            var overview = found is null ? null : (await DescribeAsync(there, [found], cancellationToken).ConfigureAwait(false))[0];
            inventory.Add(key, overview?.Current.ExpiresOn);
            return (overview, unread);
        }

        return (null, await AbsentAsync(key, read, uses, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>That a vault answers is known by asking it, also where nothing of it is watched.</summary>
    private async Task<VaultReading> ReadWatchedAsync(
        AllowedVault vault, List<string> names, KeyUses uses, IReadOnlyList<FencedVersion> fences, IReadOnlyList<MissingInstance> lost,
        CancellationToken cancellationToken)
    {
        if (vault.Vault is { } there)
        {
            try
            {
                using var patience = new Patience(clock, cancellationToken);
                await keys.ListAnyAsync(there.Uri, patience).ConfigureAwait(false);
            }
            catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } answer)
            {
                return new VaultReading(vault, watch.Failed(there.Name, answer));
            }
        }

        return await ReadAsync(vault, names, uses, fences, lost, cancellationToken).ConfigureAwait(false);
    }

    private async Task<VaultReading> ReadAsync(
        AllowedVault vault, List<string> names, KeyUses uses, IReadOnlyList<FencedVersion> fences, IReadOnlyList<MissingInstance> lost,
        CancellationToken cancellationToken)
    {
        if (vault.Vault is not { } there)
        {
            return new VaultReading(vault, vault.Missing!);
        }

        try
        {
            using var patience = new Patience(clock, cancellationToken);
            var (found, unread) = (new KeyReading?[names.Count], new AbsentKey?[names.Count]);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = KeysReadAtOnce, CancellationToken = patience.Token };
            await Parallel.ForAsync(0, names.Count, parallel, async (index, token) =>
            {
                (found[index], unread[index]) = await ReadAsync(there, names[index], uses, fences, lost, token).ConfigureAwait(false);
                patience.Answered();
            }).ConfigureAwait(false);
            watch.Answered(there.Name);
            var described = await DescribeAsync(there, [.. found.OfType<KeyReading>()], cancellationToken).ConfigureAwait(false);
            return new VaultReading(vault, new VaultCondition.Answers()) { Keys = described, Unread = [.. unread.OfType<AbsentKey>()] };
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } answer)
        {
            return new VaultReading(vault, watch.Failed(there.Name, answer));
        }
    }

    /// <summary>A key that goes between the listing of names and this is neither; whether it is in use is looked at in the end.</summary>
    private async Task<(KeyReading? Key, AbsentKey? Unread)> ReadAsync(
        Vault vault, string name, KeyUses uses, IReadOnlyList<FencedVersion> fences, IReadOnlyList<MissingInstance> lost, CancellationToken cancellationToken)
    {
        var key = KeyIdentifier.Create(vault.Uri, name);
        try
        {
            return (await reader.ReadAsync(key, uses, cancellationToken, fences, lost).ConfigureAwait(false), null);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } answer)
        {
            return (null, Absent(key, new KeyAbsence.Unread(answer.Answered, answer.Cause, answer.Code), uses));
        }
    }

    /// <summary>
    /// Who of their instances would not be let in any more, also where DPS has not noticed. A creation asks the vault first, so its fault
    /// comes first here as well.
    /// </summary>
    private async Task<IReadOnlyList<KeyOverview>> DescribeAsync(Vault vault, IReadOnlyList<KeyReading> readings, CancellationToken cancellationToken) =>
    [
        .. from described in readings.Zip(await wayIn.ShutAsync(readings, cancellationToken).ConfigureAwait(false), (reading, shut) => reading.ToOverview(shut))
           select described with { Unsuitable = NewInstanceRules.FaultOf(vault) ?? described.Unsuitable },
    ];

    private async Task<AbsentKey> AbsentAsync(
        KeyIdentifier key, IReadOnlyList<VaultReading> read, KeyUses uses, CancellationToken cancellationToken) => Absent(
        key,
        read.FirstOrDefault(part => part.Vault.IsAt(key.Vault)) switch
        {
            null => new KeyAbsence.VaultNotConfigured(),
            { Condition: VaultCondition.Answers } => await absences.InVaultAsync(key, cancellationToken).ConfigureAwait(false),
            var unread => new KeyAbsence.VaultUnread(unread.Condition),
        },
        uses);

    private AbsentKey Absent(KeyIdentifier key, KeyAbsence absence, KeyUses uses) =>
        new(key, absence, KeyAbsences.DependentsOf(key, uses), clock.GetUtcNow());

    private sealed record VaultReading(AllowedVault Vault, VaultCondition Condition)
    {
        public IReadOnlyList<KeyOverview> Keys { get; init; } = [];

        public IReadOnlyList<AbsentKey> Unread { get; init; } = [];

        public VaultStatus Status => new(Vault.Name, Condition);
    }
}
