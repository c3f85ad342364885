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
    KeyListing listing,
    VersionRetirement retirement,
    RevocationStandings revocations,
    ActivityLog activity,
    PortalChanges changes,
    Guard guard,
    DomainClock domainClock,
    TimeProvider clock) : IKeyService
{
    public async Task<IReadOnlyList<Vault>> ListVaultsAsync(Person person, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, "", cancellationToken);
        using var patience = new Patience(clock, cancellationToken);
        return await vaults.ListAsync(patience.Token);
    }

    public async Task<KeyList> ListAsync(Person person, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, "", cancellationToken);
        return await listing.ReadAsync(person.AsCaller(), cancellationToken);
    }

    public Task<Outcome<KeyDetail>> GetAsync(Person person, string vault, string name, CancellationToken cancellationToken) => guard.RunAsync<KeyDetail>(
        person,
        Permission.View,
        null,
        $"{vault}/{name}",
        async () =>
        {
            using var patience = new Patience(clock, cancellationToken);
            if (await vaults.FindAsync(vault, patience.Token) is not { } found)
            {
                return new Refusal(ServiceRefusals.VaultUnknown, nameof(vault), vault);
            }

            patience.Answered();
            return NewKeyForm.IsName(name)
                ? await ReadDetailAsync(person, found, KeyIdentifier.Create(found.Uri, name), patience.Token)
                : new Refusal(ServiceRefusals.KeyNameInvalid, nameof(name), name);
        },
        cancellationToken);

    public Task<Outcome<KeyIdentifier>> CreateAsync(Person person, NewKey form, CancellationToken cancellationToken) => guard.RunAsync<KeyIdentifier>(
        person,
        Permission.CreateKey,
        ActivityCodes.KeyCreation,
        $"{form.Vault}/{form.Name}",
        async () =>
        {
            if (NewKeyForm.Fault(form, domainClock.Now) is { } fault)
            {
                return fault;
            }

            return await vaults.FindAsync(form.Vault, cancellationToken) is { } vault
                ? await CreateAsync(person, form, KeyIdentifier.Create(vault.Uri, form.Name), cancellationToken)
                : new Refusal(ServiceRefusals.VaultUnknown, nameof(form.Vault), form.Vault);
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
        async () =>
        {
            if (await vaults.FindAsync(version.Vault, cancellationToken) is not { } vault)
            {
                return new Refusal(ServiceRefusals.VaultUnknown, null, version.VaultName);
            }

            return await change(person, version, cancellationToken) is { } refusal
                ? refusal
                : await ReadDetailAsync(person, vault, version.Versionless, cancellationToken);
        },
        cancellationToken);

    private async Task<Outcome<KeyIdentifier>> CreateAsync(Person person, NewKey form, KeyIdentifier key, CancellationToken cancellationToken)
    {
        var taken = new Refusal(ServiceRefusals.KeyNameTaken, nameof(form.Name), form.Name);
        if (await keys.FindAsync(key, cancellationToken) is not null)
        {
            // On the wire, creating a name that exists makes a version of it.
            return taken;
        }

        var intent = new NewActivity(ActivityCodes.KeyCreation, key.Subject(), ActivityResult.Intent, person, [$"{form.Size}"]);
        await activity.WriteAsync(intent, cancellationToken);
        try
        {
            var wanted = new CreateRsaKeyOptions(form.Name) { KeySize = form.Size, NotBefore = form.NotBefore, ExpiresOn = form.ExpiresOn };
            // From the intent on nothing is cancelled: a person who leaves must not leave a key whose making the log does not end.
            await keys.CreateAsync(key.Vault, wanted, CancellationToken.None);
        }
        catch (Exception fault) when (VaultFault.Of(fault, CancellationToken.None) is { Status: 409 })
        {
            // The name belongs to a key that is deleted but recoverable.
            return taken;
        }

        await activity.WriteAsync(intent with { Result = ActivityResult.Succeeded }, CancellationToken.None);
        changes.Publish(PortalChangeKind.Key, key.Subject());
        return key;
    }

    private async Task<Outcome<KeyDetail>> ReadDetailAsync(Person person, Vault vault, KeyIdentifier key, CancellationToken cancellationToken)
    {
        if (await reader.ReadAsync(person.AsCaller(), key, cancellationToken) is not { } reading)
        {
            return new Refusal(ProvisioningRefusals.KeyNotFound, null, key.Name);
        }

        return new KeyDetail(
            reading.Key,
            vault,
            reading.Type,
            reading.Size,
            reading.Operations,
            reading.Versions,
            reading.AllDependents,
            await revocations.ListAsync(person.AsCaller(), reading.Key, cancellationToken),
            clock.GetUtcNow()) { Unmatched = reading.Unmatched };
    }
}
