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
/// is never touched. What one owner made and another builds on belongs to both, and goes with the last of them.
/// </summary>
internal sealed class AccessPreparation(PortalDatabase database, IVaultManagement management, IProvisioningInstances instances, Turns turns)
{
    /// <summary>Identity and role for a creation that has not begun.</summary>
    /// <returns><see langword="null"/> when it has: it prepares for itself, and takes back.</returns>
    public async Task<ManagedIdentity?> PrepareAsync(Guid owner, string name, KeyIdentifier key, Caller caller, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken);
        if (await HasBegunAsync(owner, cancellationToken))
        {
            return null;
        }

        // Not given up half-way: a request that nobody waits for may still be carried out, after everything was taken back.
        await TakeBackAsync(owner, caller, row => !IsFor(row, name, key), CancellationToken.None);
        var identity = await MakeIdentityAsync(owner, name, CancellationToken.None);
        await MakeRoleAsync(owner, identity, key, CancellationToken.None);
        return identity;
    }

    public async Task<ManagedIdentity> PrepareIdentityAsync(Guid owner, string name, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken);
        return await MakeIdentityAsync(owner, name, cancellationToken);
    }

    public async Task AssignRoleAsync(Guid owner, ManagedIdentity identity, KeyIdentifier key, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken);
        await MakeRoleAsync(owner, identity, key, cancellationToken);
    }

    /// <returns>When the role was assigned, as the vault says; <see langword="null"/> when there is none.</returns>
    public async Task<DateTimeOffset?> RoleSinceAsync(ManagedIdentity identity, KeyIdentifier key, CancellationToken cancellationToken) =>
        (await FindAssignmentAsync(identity.PrincipalId, key, cancellationToken))?.CreatedOn;

    /// <summary>The instance exists: what was made for it is its own.</summary>
    public async Task KeepAsync(Guid owner, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        await context.Prepared.Where(row => row.Owner == owner).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Takes back in reverse, unless an instance has come to depend on it in the meantime. Idempotent.</summary>
    public async Task TakeBackAsync(Guid owner, Caller caller, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken);
        await TakeBackAsync(owner, caller, _ => true, cancellationToken);
    }

    /// <summary>Takes back what was made for another identity or key than these.</summary>
    public async Task TakeBackOthersAsync(Guid owner, string name, KeyIdentifier key, Caller caller, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken);
        await TakeBackAsync(owner, caller, row => !IsFor(row, name, key), cancellationToken);
    }

    /// <summary>Takes back what was made for a creation that will not begin.</summary>
    /// <returns><see langword="false"/> when it has begun: what is prepared is left to it.</returns>
    public async Task<bool> GiveUpAsync(Guid owner, Caller caller, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken);
        if (await HasBegunAsync(owner, cancellationToken))
        {
            return false;
        }

        await TakeBackAsync(owner, caller, _ => true, cancellationToken);
        return true;
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

    /// <summary>Whoever looks, makes and removes does it in one turn, so that nobody builds on what is about to go.</summary>
    private Task<IDisposable> TakeTurnAsync(CancellationToken cancellationToken) => turns.TakeAsync("identities", cancellationToken);

    private async Task<bool> HasBegunAsync(Guid owner, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        return await context.Operations.AnyAsync(operation => operation.Id == owner, cancellationToken);
    }

    private async Task<ManagedIdentity> MakeIdentityAsync(Guid owner, string name, CancellationToken cancellationToken)
    {
        var known = await FindIdentityAsync(name, cancellationToken);
        await RememberAsync(new PreparedRow { Owner = owner, Identity = name }, known is not null, cancellationToken);
        return known ?? await management.PutIdentityAsync(name, cancellationToken);
    }

    private async Task MakeRoleAsync(Guid owner, ManagedIdentity identity, KeyIdentifier key, CancellationToken cancellationToken)
    {
        var isThere = await FindAssignmentAsync(identity.PrincipalId, key, cancellationToken) is not null;
        var row = new PreparedRow { Owner = owner, Identity = identity.Name, Key = key.Versionless.ToString(), PrincipalId = identity.PrincipalId };
        await RememberAsync(row, isThere, cancellationToken);
        if (!isThere)
        {
            await management.AssignEncryptionUserAsync(key, identity.PrincipalId, cancellationToken);
        }
    }

    private async Task TakeBackAsync(Guid owner, Caller caller, Func<PreparedRow, bool> which, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        var made = await context.Prepared.Where(row => row.Owner == owner).OrderByDescending(row => row.Sequence).ToListAsync(cancellationToken);
        var others = await context.Prepared.AsNoTracking().Where(row => row.Owner != owner).ToListAsync(cancellationToken);
        foreach (var row in made.Where(which))
        {
            if (!others.Any(other => IsSame(other, row)))
            {
                await RemoveAsync(row, caller, cancellationToken);
            }

            context.Prepared.Remove(row);
            await context.SaveChangesAsync(cancellationToken);
        }
    }

    private async Task RemoveAsync(PreparedRow row, Caller caller, CancellationToken cancellationToken)
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

    /// <summary>Once for each owner. What is there already and that nobody prepared was there before, and is nobody's to take back.</summary>
    private async Task RememberAsync(PreparedRow row, bool isThere, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        var same = (await context.Prepared.AsNoTracking().ToListAsync(cancellationToken)).Where(other => IsSame(other, row)).ToList();
        if (same.Exists(other => other.Owner == row.Owner) || (isThere && same.Count == 0))
        {
            return;
        }

        context.Prepared.Add(row);
        await context.SaveChangesAsync(cancellationToken);
    }

    private static bool IsFor(PreparedRow row, string name, KeyIdentifier key) =>
        row.Identity.Equals(name, StringComparison.OrdinalIgnoreCase) && (row.Key is null || KeyIdentifier.Parse(row.Key).IsSameKeyAs(key));

    private static bool IsSame(PreparedRow one, PreparedRow other) => (one.Key, other.Key) switch
    {
        (null, null) => one.Identity.Equals(other.Identity, StringComparison.OrdinalIgnoreCase),
        ({ } key, { } otherKey) => one.PrincipalId == other.PrincipalId && KeyIdentifier.Parse(key).IsSameKeyAs(KeyIdentifier.Parse(otherKey)),
        _ => false,
    };

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
