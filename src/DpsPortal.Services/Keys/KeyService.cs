using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

internal sealed class KeyService(
    AllowedVaults vaults,
    VaultKeys keys,
    KeyReader reader,
    WayIn wayIn,
    KeyListing listing,
    KeyInventory inventory,
    KeyAbsences absences,
    VaultWatch watch,
    IProvisioningInstances instances,
    VersionRetirement retirement,
    RevocationStandings revocations,
    ActivityLog activity,
    PortalChanges changes,
    Guard guard,
    DomainClock domainClock,
    TimeProvider clock) : IKeyService
{
    /// <summary>Between the vault's clock and ours, and the answer's way.</summary>
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    public async Task<IReadOnlyList<Vault>> ListVaultsAsync(Person person, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, "", cancellationToken).ConfigureAwait(false);
        using var patience = new Patience(clock, cancellationToken);
        return await vaults.ListAsync(patience.Token).ConfigureAwait(false);
    }

    public async Task<KeyList> ListWatchedAsync(Person person, TimeSpan endingWithin, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, "", cancellationToken).ConfigureAwait(false);
        return await listing.ReadWatchedAsync(person.AsCaller(), domainClock.Now + endingWithin, cancellationToken).ConfigureAwait(false);
    }

    public async Task<ListedKeys> ListPageAsync(Person person, KeyQuery query, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, "", cancellationToken).ConfigureAwait(false);
        return await listing.ReadAsync(person.AsCaller(), query, cancellationToken).ConfigureAwait(false);
    }

    public Task<Outcome<KeyFinding>> FindAsync(Person person, string vault, string name, CancellationToken cancellationToken) => guard.RunAsync(
        person,
        Permission.View,
        null,
        $"{vault}/{name}",
        async () => KeyIdentifier.IsName(name)
            ? await LookAsync(person, vault, name, cancellationToken).ConfigureAwait(false)
            : new Refusal(ServiceRefusals.KeyNameInvalid, nameof(name), name),
        cancellationToken);

    public async Task<Outcome<KeyDetail>> GetAsync(Person person, string vault, string name, CancellationToken cancellationToken) =>
        (await FindAsync(person, vault, name, cancellationToken).ConfigureAwait(false)).Then<KeyDetail>(finding => finding switch
        {
            KeyFinding.Shown(var detail) => detail,
            KeyFinding.Absent(var absent) => absent.Absence.ToRefusal(absent.Key),
            _ => throw new InvalidOperationException("A look finds a key or its absence."),
        });

    public Task<Outcome<KeyIdentifier>> CreateAsync(Person person, NewKey form, CancellationToken cancellationToken) => guard.RunAsync<KeyIdentifier>(
        person,
        Permission.CreateKey,
        ActivityCodes.KeyCreation,
        $"{form.Vault}/{form.Name}",
        async () =>
        {
            if (NewKeyRules.FaultOf(form, domainClock.Now) is { } fault)
            {
                return fault;
            }

            return await (await vaults.FindAsync(form.Vault, cancellationToken).ConfigureAwait(false)).Match(
                vault => CreateAsync(person, form, KeyIdentifier.Create(vault.Uri, form.Name), cancellationToken),
                gone => Task.FromResult<Outcome<KeyIdentifier>>(gone with { Field = nameof(form.Vault) })).ConfigureAwait(false);
        },
        cancellationToken);

    public Task<Outcome<KeyDetail>> RetireVersionAsync(Person person, KeyIdentifier version, CancellationToken cancellationToken) =>
        ChangeVersionAsync(person, version, ActivityCodes.VersionRetired, retirement.RetireAsync, cancellationToken);

    public Task<Outcome<KeyDetail>> EnableVersionAsync(Person person, KeyIdentifier version, CancellationToken cancellationToken) =>
        ChangeVersionAsync(person, version, ActivityCodes.VersionEnabled, retirement.EnableAsync, cancellationToken);

    private Task<Outcome<KeyDetail>> ChangeVersionAsync(
        Person person,
        KeyIdentifier version,
        string code,
        Func<Person, KeyIdentifier, CancellationToken, Task<Refusal?>> change,
        CancellationToken cancellationToken) => guard.RunAsync<KeyDetail>(
        person,
        Permission.RetireKeyVersion,
        code,
        version.Subject(),
        async () => await (await vaults.FindAsync(version.Vault, cancellationToken).ConfigureAwait(false)).ThenAsync<KeyDetail>(
            async vault => await change(person, version, cancellationToken).ConfigureAwait(false) is { } refusal
                ? refusal
                : await ReadDetailAsync(person, vault, version.Versionless, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false),
        cancellationToken);

    private async Task<Outcome<KeyIdentifier>> CreateAsync(Person person, NewKey form, KeyIdentifier key, CancellationToken cancellationToken)
    {
        var taken = new Refusal(ServiceRefusals.KeyNameTaken, nameof(form.Name), form.Name);
        if (await keys.FindAsync(key, cancellationToken).ConfigureAwait(false) is not null)
        {
            // On the wire, creating a name that exists makes a version of it.
            return taken;
        }

        var intent = new NewActivity(ActivityCodes.KeyCreation, key.Subject(), ActivityResult.Intent, person, [$"{form.Size}"]);
        await activity.WriteAsync(intent, cancellationToken).ConfigureAwait(false);
        try
        {
            var wanted = new CreateRsaKeyOptions(form.Name) { KeySize = form.Size, NotBefore = form.NotBefore, ExpiresOn = form.ExpiresOn };
            // From the intent on nothing is cancelled: a person who leaves must not leave a key whose making the log does not end.
            await keys.CreateAsync(key.Vault, wanted, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault) when (VaultFault.Of(fault, CancellationToken.None) is { Status: 409 })
        {
            // The name belongs to a key that is deleted but recoverable.
            return taken;
        }

        await activity.WriteAsync(intent with { Result = ActivityResult.Succeeded }, CancellationToken.None).ConfigureAwait(false);
        inventory.Add(key, form.ExpiresOn);
        changes.Publish(PortalChangeKind.Key, key.Subject());
        return key;
    }

    private async Task<Outcome<KeyFinding>> LookAsync(Person person, string vault, string name, CancellationToken cancellationToken)
    {
        var uses = KeyUses.Of(await instances.ListAsync(person.AsCaller(), cancellationToken).ConfigureAwait(false));
        var allowed = (await vaults.LookAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(known => known.IsNamed(vault));
        if (allowed is not { Vault: { } found })
        {
            // The vault cannot say it, but DPS may know a key of this name: then who needs it stays to be seen.
            return uses.Keys.FirstOrDefault(key => IsNamed(key, vault, name)) is { } used
                ? Absent(used, allowed is null ? new KeyAbsence.VaultNotConfigured() : new KeyAbsence.VaultUnread(allowed.Missing!), uses)
                : AllowedVaults.WhyNot(allowed, vault) with { Field = nameof(vault) };
        }

        var wanted = KeyIdentifier.Create(found.Uri, name);
        using var patience = new Patience(clock, cancellationToken);
        try
        {
            if (await reader.ReadAsync(wanted, uses, patience.Token).ConfigureAwait(false) is { } reading)
            {
                watch.Answered(found.Name);
                patience.Answered();
                return new KeyFinding.Shown(await ToDetailAsync(person, found, reading, cancellationToken).ConfigureAwait(false));
            }
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } answer)
        {
            return Absent(wanted, new KeyAbsence.VaultUnread(watch.Failed(found.Name, answer)), uses);
        }

        watch.Answered(found.Name);
        var absent = Absent(wanted, await absences.InVaultAsync(wanted, cancellationToken).ConfigureAwait(false), uses);
        return absent is { Key: { Absence: KeyAbsence.DoesNotExist, Dependents: [] } } ? new Refusal(ProvisioningRefusals.KeyNotFound, null, name) : absent;
    }

    private KeyFinding.Absent Absent(KeyIdentifier key, KeyAbsence absence, KeyUses uses) =>
        new(new AbsentKey(key, absence, KeyAbsences.DependentsOf(key, uses), clock.GetUtcNow()));

    private static bool IsNamed(KeyIdentifier key, string vault, string name) =>
        key.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
        && (key.VaultName.Equals(vault, StringComparison.OrdinalIgnoreCase) || key.Vault.Host.Equals(vault, StringComparison.OrdinalIgnoreCase));

    private async Task<Outcome<KeyDetail>> ReadDetailAsync(Person person, Vault vault, KeyIdentifier key, CancellationToken cancellationToken) =>
        await reader.ReadAsync(person.AsCaller(), key, cancellationToken).ConfigureAwait(false) is { } reading
            ? await ToDetailAsync(person, vault, reading, cancellationToken).ConfigureAwait(false)
            : await absences.RefuseAsync(key, null, cancellationToken).ConfigureAwait(false);

    private async Task<KeyDetail> ToDetailAsync(Person person, Vault vault, KeyReading reading, CancellationToken cancellationToken) => new(
        reading.Key,
        vault,
        reading.Type,
        reading.Size,
        reading.Operations,
        reading.Versions,
        reading.AllDependents(await wayIn.ShutAsync(reading, cancellationToken).ConfigureAwait(false)),
        await revocations.ListAsync(person.AsCaller(), reading.Key, cancellationToken).ConfigureAwait(false),
        clock.GetUtcNow())
    {
        Unmatched = reading.Unmatched,
        Retired = await RetiredAsync(reading.CurrentVersion, cancellationToken).ConfigureAwait(false),
        Unreadable = await revocations.UnreadableAsync(reading.Key, cancellationToken).ConfigureAwait(false),
    };

    /// <summary>What the vault changed after the retirement somebody else may have done: then it is not said whose the state is.</summary>
    private async Task<Retirement?> RetiredAsync(KeyVersion current, CancellationToken cancellationToken) =>
        current.Availability is KeyAvailability.Disabled
        && await activity.FindRetirementAsync(current.Id, cancellationToken).ConfigureAwait(false) is { } retired
        && !(current.ChangedAt > retired.At + ClocksDiffer) ? retired : null;
}
