using System.Runtime.ExceptionServices;
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
/// is never touched, and what was taken away on purpose is never made. What one owner made and another builds on belongs to both,
/// and goes with the last of them.
/// </summary>
internal sealed class AccessPreparation(PortalDatabase database, PreparedAccess access, WithdrawnRoles withdrawn, Turns turns)
{
    /// <summary>Identity and role for a creation that has not begun; refused when it has: it prepares for itself, and takes back.</summary>
    public async Task<Outcome<ManagedIdentity>> PrepareAsync(Preparing preparing, string name, KeyIdentifier key, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        if (await HasBegunAsync(preparing.Owner, cancellationToken).ConfigureAwait(false))
        {
            return new Refusal(ServiceRefusals.OperationInProgress, null, preparing.Instance);
        }

        // Not given up half-way: a request that nobody waits for may still be carried out, after everything was taken back.
        try
        {
            await TakeBackAsync(preparing, row => !IsFor(row, name, key), TakeBackReason.ChoseAnother, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault) when (VaultFault.Of(fault, CancellationToken.None) is not null)
        {
            // It stays written down, and is taken back when that vault answers.
        }

        var identity = await MakeIdentityAsync(preparing, name, CancellationToken.None).ConfigureAwait(false);
        return await MakeRoleAsync(preparing, identity, key, CancellationToken.None).ConfigureAwait(false) is { } refusal ? refusal : identity;
    }

    public async Task<ManagedIdentity> PrepareIdentityAsync(Preparing preparing, string name, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        return await MakeIdentityAsync(preparing, name, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Why there must not be one, or <see langword="null"/>.</returns>
    public async Task<Refusal?> AssignRoleAsync(Preparing preparing, ManagedIdentity identity, KeyIdentifier key, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        return await MakeRoleAsync(preparing, identity, key, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>When the role was assigned, as the vault says; <see langword="null"/> when there is none.</returns>
    public async Task<DateTimeOffset?> RoleSinceAsync(ManagedIdentity identity, KeyIdentifier key, CancellationToken cancellationToken) =>
        (await access.FindRoleAsync(identity.PrincipalId, key, cancellationToken).ConfigureAwait(false))?.CreatedOn;

    /// <summary>The instance exists: what was made for it is its own.</summary>
    public async Task KeepAsync(Guid owner, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await context.Prepared.Where(row => row.Owner == owner).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes back in reverse, unless an instance has come to depend on it in the meantime. Idempotent.</summary>
    /// <returns>Whether nothing is left.</returns>
    public async Task<bool> TakeBackAsync(Preparing preparing, TakeBackReason why, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        return await TakeBackAsync(preparing, _ => true, why, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes back what was made for another identity or key than these.</summary>
    public async Task TakeBackOthersAsync(Preparing preparing, string name, KeyIdentifier key, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        await TakeBackAsync(preparing, row => !IsFor(row, name, key), TakeBackReason.ChoseAnother, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes back what was made for a creation that will not begin.</summary>
    /// <returns><see langword="false"/> when something is left, or when it has begun: then what is prepared is left to it.</returns>
    public async Task<bool> GiveUpAsync(Preparing preparing, TakeBackReason why, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        return !await HasBegunAsync(preparing.Owner, cancellationToken).ConfigureAwait(false)
            && await TakeBackAsync(preparing, _ => true, why, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Position of the newest thing prepared: what a later check prepares lies behind it.</returns>
    public Task<long> NewestAsync(CancellationToken cancellationToken) =>
        database.NumberAsync("SELECT COALESCE(MAX(Sequence), 0) FROM Prepared", cancellationToken);

    /// <summary>What checks left behind when the process ended. An unfinished creation takes care of its own.</summary>
    /// <param name="upTo">From <see cref="NewestAsync"/>.</param>
    public async Task TakeBackLeftoversAsync(long upTo, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var owners = await context.Prepared
            .Where(row => row.Sequence <= upTo && !context.Operations.Any(operation => operation.Id == row.Owner && operation.FinishedAt == null))
            .Select(row => row.Owner).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
        Exception? first = null;
        foreach (var owner in owners)
        {
            try
            {
                // Of a creation that has not begun only the owner is known; the entry of what was made names the instance.
                await TakeBackAsync(new Preparing(owner, "", null), TakeBackReason.LeftOver, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is not null)
            {
                // What lies in a vault that is gone must not keep what others have left.
                first ??= fault;
            }
        }

        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    /// <summary>Whoever looks, makes and removes does it in one turn, so that nobody builds on what is about to go.</summary>
    private Task<IDisposable> TakeTurnAsync(CancellationToken cancellationToken) => turns.TakeAsync("identities", cancellationToken);

    private async Task<bool> HasBegunAsync(Guid owner, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await context.Operations.AnyAsync(operation => operation.Id == owner, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ManagedIdentity> MakeIdentityAsync(Preparing preparing, string name, CancellationToken cancellationToken)
    {
        var known = await access.FindIdentityAsync(name, cancellationToken).ConfigureAwait(false);
        await RememberAsync(new PreparedRow { Owner = preparing.Owner, Identity = name }, known is not null, cancellationToken).ConfigureAwait(false);
        return known ?? await access.MakeIdentityAsync(preparing, name, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Refusal?> MakeRoleAsync(Preparing preparing, ManagedIdentity identity, KeyIdentifier key, CancellationToken cancellationToken)
    {
        // A revoke looks and begins in the key's turn, too: it has begun and is seen here, or it sees what is made here. Whoever
        // takes both turns takes this one second.
        using var turn = await turns.TakeAsync(key.Hold(), cancellationToken).ConfigureAwait(false);
        var row = new PreparedRow { Owner = preparing.Owner, Identity = identity.Name, Key = key.Versionless.ToString(), PrincipalId = identity.PrincipalId };
        if (await withdrawn.FaultAsync(preparing.Caller, identity, key, null, cancellationToken).ConfigureAwait(false) is { } fault)
        {
            // An earlier attempt whose answer was lost may have been carried out since.
            await TakeBackAsync(preparing, other => IsSame(other, row), TakeBackReason.Revoked, cancellationToken).ConfigureAwait(false);
            return fault;
        }

        var isThere = await access.FindRoleAsync(identity.PrincipalId, key, cancellationToken).ConfigureAwait(false) is not null;
        await RememberAsync(row, isThere, cancellationToken).ConfigureAwait(false);
        if (!isThere)
        {
            await access.MakeRoleAsync(preparing, identity, key, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    /// <returns>Whether nothing of it is left. What is left stays written down, for the next start.</returns>
    private async Task<bool> TakeBackAsync(Preparing preparing, Func<PreparedRow, bool> which, TakeBackReason why, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var made = await context.Prepared.Where(row => row.Owner == preparing.Owner)
            .OrderByDescending(row => row.Sequence)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var others = await context.Prepared.AsNoTracking().Where(row => row.Owner != preparing.Owner).ToListAsync(cancellationToken).ConfigureAwait(false);
        var allGone = true;
        foreach (var row in made.Where(which))
        {
            // What a revocation wants off goes, whoever else has prepared it.
            var isOthers = why is not TakeBackReason.Revoked && others.Any(other => IsSame(other, row));
            if (!isOthers && !await access.RemoveAsync(preparing, row, why, cancellationToken).ConfigureAwait(false))
            {
                allGone = false;
                continue;
            }

            context.Prepared.Remove(row);
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }

        return allGone;
    }

    /// <summary>Once for each owner. What is there already and that nobody prepared was there before, and is nobody's to take back.</summary>
    private async Task RememberAsync(PreparedRow row, bool isThere, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var same = (await context.Prepared.AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false)).Where(other => IsSame(other, row)).ToList();
        if (same.Exists(other => other.Owner == row.Owner) || (isThere && same.Count == 0))
        {
            return;
        }

        context.Prepared.Add(row);
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    private static bool IsFor(PreparedRow row, string name, KeyIdentifier key) =>
        row.Identity.Equals(name, StringComparison.OrdinalIgnoreCase) && (row.Key is null || KeyIdentifier.Parse(row.Key).IsSameKeyAs(key));

    private static bool IsSame(PreparedRow one, PreparedRow other) => (one.Key, other.Key) switch
    {
        (null, null) => one.Identity.Equals(other.Identity, StringComparison.OrdinalIgnoreCase),
        ({ } key, { } otherKey) => one.PrincipalId == other.PrincipalId && KeyIdentifier.Parse(key).IsSameKeyAs(KeyIdentifier.Parse(otherKey)),
        _ => false,
    };
}
