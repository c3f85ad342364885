using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Storage;
using DpsPortal.Services.Vaults;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Services.Instances;

/// <summary>
/// Makes the identity and the role that an instance to be needs, or the role that one needs on its next key, and takes back what it
/// made. What it is about to make is written down first, so that a crash leaves nothing that nobody remembers; what was there before
/// is never touched.
/// </summary>
internal sealed class AccessPreparation(PortalDatabase database, IVaultManagement management, IProvisioningInstances instances, Turns turns)
{
    /// <summary>A check holds its turn from first to last, so that no creation builds on what the check is about to take back.</summary>
    public Task<IDisposable> TakeTurnAsync(CancellationToken cancellationToken) => turns.TakeAsync("identities", cancellationToken);

    public async Task<ManagedIdentity> PrepareIdentityAsync(Guid owner, string name, CancellationToken cancellationToken)
    {
        if (await FindIdentityAsync(name, cancellationToken) is { } known)
        {
            return known;
        }

        await RememberAsync(new PreparedRow { Owner = owner, Identity = name }, cancellationToken);
        return await management.PutIdentityAsync(name, cancellationToken);
    }

    public async Task AssignRoleAsync(Guid owner, ManagedIdentity identity, KeyIdentifier key, CancellationToken cancellationToken)
    {
        if (await FindAssignmentAsync(identity.PrincipalId, key, cancellationToken) is not null)
        {
            return;
        }

        var row = new PreparedRow { Owner = owner, Identity = identity.Name, Key = key.Versionless.ToString(), PrincipalId = identity.PrincipalId };
        await RememberAsync(row, cancellationToken);
        await management.AssignEncryptionUserAsync(key, identity.PrincipalId, cancellationToken);
    }

    /// <summary>The instance exists: what was made for it is its own.</summary>
    public async Task KeepAsync(Guid owner, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        await context.Prepared.Where(row => row.Owner == owner).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Takes back in reverse, unless an instance has come to depend on it in the meantime. Idempotent.</summary>
    public async Task TakeBackAsync(Guid owner, Caller caller, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        var made = await context.Prepared.Where(row => row.Owner == owner).OrderByDescending(row => row.Sequence).ToListAsync(cancellationToken);
        foreach (var row in made)
        {
            await TakeBackAsync(row, caller, cancellationToken);
            context.Prepared.Remove(row);
            await context.SaveChangesAsync(cancellationToken);
        }
    }

    /// <returns>Position of the newest thing prepared: what a later check prepares lies behind it.</returns>
    public Task<long> NewestAsync(CancellationToken cancellationToken) =>
        database.NumberAsync("SELECT COALESCE(MAX(Sequence), 0) FROM Prepared", cancellationToken);

    /// <summary>What checks left behind when the process ended. An unfinished creation takes care of its own.</summary>
    /// <param name="upTo">From <see cref="NewestAsync"/>.</param>
    public async Task TakeBackLeftoversAsync(long upTo, Caller caller, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        var owners = await context.Prepared
            .Where(row => row.Sequence <= upTo && !context.Operations.Any(operation => operation.Id == row.Owner && operation.FinishedAt == null))
            .Select(row => row.Owner).Distinct().ToListAsync(cancellationToken);
        foreach (var owner in owners)
        {
            await TakeBackAsync(owner, caller, cancellationToken);
        }
    }

    private async Task TakeBackAsync(PreparedRow row, Caller caller, CancellationToken cancellationToken)
    {
        if (row is { Key: { } key, PrincipalId: { } principal })
        {
            var on = KeyIdentifier.Parse(key);
            if (!await IsUsedAsync(principal, on, caller, cancellationToken)
                && await FindAssignmentAsync(principal, on, cancellationToken) is { } assignment)
            {
                await management.RemoveRoleAssignmentAsync(assignment, cancellationToken);
            }
        }
        else if (await FindIdentityAsync(row.Identity, cancellationToken) is { } identity && !await IsUsedAsync(identity.PrincipalId, null, caller, cancellationToken))
        {
            await management.DeleteIdentityAsync(row.Identity, cancellationToken);
        }
    }

    private async Task RememberAsync(PreparedRow row, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        context.Prepared.Add(row);
        await context.SaveChangesAsync(cancellationToken);
    }

    private async Task<ManagedIdentity?> FindIdentityAsync(string name, CancellationToken cancellationToken) =>
        (await management.ListIdentitiesAsync(cancellationToken)).FirstOrDefault(identity => identity.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private async Task<RoleAssignment?> FindAssignmentAsync(string principalId, KeyIdentifier key, CancellationToken cancellationToken) =>
        (await management.ListRoleAssignmentsAsync(key, cancellationToken)).FirstOrDefault(assignment =>
            assignment.IsFor(principalId) && assignment.IsOn(key) && assignment.IsEncryptionUser());

    /// <param name="on">The key that a role is on; an identity with a role on one key may need another key alone.</param>
    private async Task<bool> IsUsedAsync(string principalId, KeyIdentifier? on, Caller caller, CancellationToken cancellationToken) =>
        (await instances.ListAsync(caller, cancellationToken)).Any(instance =>
            instance.Encryption is InstanceEncryption.CustomerManagedKey encryption && encryption.Identity.PrincipalId == principalId
            && (on is null || encryption.WrappedKeys.Any(form => form.WrappedBy.IsSameKeyAs(on))));
}
