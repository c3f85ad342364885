using System.Collections.ObjectModel;
using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

/// <summary>
/// Whether the vault shows a key as shut for an instance, also where DPS has not noticed yet: it asks the vault only now and then, and
/// at the next step it takes.
/// </summary>
internal sealed class WayIn(KeyReader reader, VaultKeys keys, KeyRoles roles, TimeProvider clock)
{
    /// <returns>Why it is shut; <see langword="null"/> where nothing shows that, and what cannot be read shows nothing.</returns>
    public async Task<KeyAccessCause?> ShutByAsync(
        string instance, KeyIdentifier version, IReadOnlyList<ProvisioningInstance> all, CancellationToken cancellationToken)
    {
        using var patience = new Patience(clock, cancellationToken);
        try
        {
            // Fences and lost instances make no difference to this.
            return await reader.ReadAsync(version.Versionless, KeyUses.Of(all), patience.Token, fences: [], lost: [])
                .ConfigureAwait(false) is not { } reading ? KeyAccessCause.KeyNotFound
                : (await ShutAsync(reading, patience, cancellationToken).ConfigureAwait(false)).TryGetValue(instance, out var cause) ? cause
                : null;
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is not null)
        {
            return null;
        }
    }

    /// <returns>Instances of the key for which it is shut, by name.</returns>
    public async Task<IReadOnlyDictionary<string, KeyAccessCause>> ShutAsync(KeyReading reading, CancellationToken cancellationToken)
    {
        using var patience = new Patience(clock, cancellationToken);
        return await ShutAsync(reading, patience, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Of many keys of one vault. Who holds roles on them is asked in one call, and waited for once: where that is silent, the versions alone
    /// are judged. Keys that no instance has cost nothing.
    /// </summary>
    /// <returns>In the order of the readings.</returns>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, KeyAccessCause>>> ShutAsync(
        IReadOnlyList<KeyReading> readings, CancellationToken cancellationToken)
    {
        var shut = new IReadOnlyDictionary<string, KeyAccessCause>[readings.Count];
        if (readings.FirstOrDefault(reading => reading.Dependents.Count > 0) is not { Key.Vault: var vault })
        {
            Array.Fill(shut, ReadOnlyDictionary<string, KeyAccessCause>.Empty);
            return shut;
        }

        var asking = RolesAsync(token => roles.ReadAsync(vault, token), cancellationToken);
        using var patience = new Patience(clock, cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = KeyListing.KeysReadAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, readings.Count, parallel, async (index, _) => shut[index] = readings[index].Dependents.Count == 0
            ? ReadOnlyDictionary<string, KeyAccessCause>.Empty
            : await ShutAsync(
                readings[index],
                async key => (await asking.ConfigureAwait(false))?.Where(role => role.Assignment.HoldsFor(key)).ToList(),
                patience,
                cancellationToken)
                .ConfigureAwait(false))
                .ConfigureAwait(false);
        return shut;
    }

    private async Task<IReadOnlyDictionary<string, KeyAccessCause>> ShutAsync(KeyReading reading, Patience patience, CancellationToken cancellationToken) =>
        await ShutAsync(
            reading, async key => await RolesAsync(token => roles.ReadAsync(key, token), cancellationToken).ConfigureAwait(false), patience, cancellationToken)
            .ConfigureAwait(false);

    private async Task<IReadOnlyDictionary<string, KeyAccessCause>> ShutAsync(
        KeyReading reading, Func<KeyIdentifier, Task<IReadOnlyList<HeldRole>?>> rolesOf, Patience patience, CancellationToken cancellationToken)
    {
        var (without, held, gone) = (
            WithoutUnwrapAsync(reading, patience, cancellationToken), rolesOf(reading.Key), GoneAsync(reading, patience, cancellationToken));
        return Shut(reading, await without.ConfigureAwait(false), await held.ConfigureAwait(false), await gone.ConfigureAwait(false));
    }

    private static Dictionary<string, KeyAccessCause> Shut(
        KeyReading reading, IReadOnlyList<KeyIdentifier> without, IReadOnlyList<HeldRole>? held, IReadOnlyList<KeyIdentifier> gone)
    {
        var shut = new Dictionary<string, KeyAccessCause>(StringComparer.OrdinalIgnoreCase);
        foreach (var dependent in reading.Dependents)
        {
            if (CauseOf(dependent) is { } cause)
            {
                shut[dependent.Name] = cause;
            }
        }

        return shut;

        KeyAccessCause? CauseOf(Dependent dependent) => reading.Versions.FirstOrDefault(version => version.Id.IsSameVersionAs(dependent.Effective)) switch
        {
            // That a version is not listed shows nothing: it may be newer than the list, or of another key.
            null => gone.Any(dependent.Effective.IsSameVersionAs) ? KeyAccessCause.KeyNotFound : null,
            { Availability: KeyAvailability.Disabled } => KeyAccessCause.VersionDisabled,
            { Availability: KeyAvailability.Deleted } => KeyAccessCause.KeyNotFound,
            _ when UnwrapRight.Of(held, dependent.Identity.PrincipalId).MayUnwrap is false => KeyAccessCause.RoleMissing,
            _ when without.Any(dependent.Effective.IsSameVersionAs) => KeyAccessCause.OperationNotPermitted,
            _ => null,
        };
    }

    /// <summary>
    /// Versions that wrap an instance key and do not permit unwrapping. A list of versions does not say what each permits: those that
    /// are needed are asked for one by one. One that cannot be read is left out: a revoke in an emergency does not wait for it.
    /// </summary>
    public async Task<IReadOnlyList<KeyIdentifier>> WithoutUnwrapAsync(KeyReading reading, CancellationToken cancellationToken)
    {
        using var patience = new Patience(clock, cancellationToken);
        return await WithoutUnwrapAsync(reading, patience, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<KeyIdentifier>> WithoutUnwrapAsync(KeyReading reading, Patience patience, CancellationToken cancellationToken)
    {
        var needed = reading.Dependents.Select(dependent => dependent.Effective).Where(version => version.IsSameKeyAs(reading.Key)).Distinct();
        var permits = await Task.WhenAll(needed.Select(async version => (Version: version, Unwrap: await MayUnwrapAsync(version).ConfigureAwait(false))))
            .ConfigureAwait(false);
        return [.. permits.Where(known => known.Unwrap is false).Select(known => known.Version)];

        async Task<bool?> MayUnwrapAsync(KeyIdentifier version)
        {
            try
            {
                var key = version.IsSameVersionAs(reading.CurrentId) ? reading.Current : await keys.FindAsync(version, patience.Token).ConfigureAwait(false);
                return key?.KeyOperations.Contains(KeyOperation.UnwrapKey);
            }
            catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is not null)
            {
                return null;
            }
        }
    }

    /// <summary>Versions that wrap an instance key and that the vault says it does not have: it may have been put back from a backup.</summary>
    private async Task<IReadOnlyList<KeyIdentifier>> GoneAsync(KeyReading reading, Patience patience, CancellationToken cancellationToken)
    {
        var unlisted = reading.Dependents.Select(dependent => dependent.Effective)
            .Where(version => version.IsSameKeyAs(reading.Key) && !reading.Versions.Any(listed => listed.Id.IsSameVersionAs(version))).Distinct();
        var looked = await Task.WhenAll(unlisted.Select(async version => (Version: version, IsGone: await IsGoneAsync(version).ConfigureAwait(false))))
            .ConfigureAwait(false);
        return [.. looked.Where(look => look.IsGone).Select(look => look.Version)];

        async Task<bool> IsGoneAsync(KeyIdentifier version)
        {
            try
            {
                return await keys.FindAsync(version, patience.Token).ConfigureAwait(false) is null;
            }
            catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is not null)
            {
                return false;
            }
        }
    }

    private async Task<IReadOnlyList<HeldRole>?> RolesAsync(Func<CancellationToken, Task<IReadOnlyList<HeldRole>>> read, CancellationToken cancellationToken)
    {
        using var patience = new Patience(clock, cancellationToken);
        try
        {
            return await read(patience.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is not null)
        {
            return null;
        }
    }
}
