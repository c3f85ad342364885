using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Storage;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Instances;

/// <summary>
/// Makes identities and roles and removes them again, each on record with who did it. The row that is written before something is
/// made is its intent, so the log has only what came of it.
/// </summary>
internal sealed class PreparedAccess(
    IVaultManagement management, KeyRoles roles, IProvisioningInstances instances, ActiveRevocations revocations, ActivityLog activity)
{
    public async Task<ManagedIdentity?> FindIdentityAsync(string name, CancellationToken cancellationToken) =>
        (await management.ListIdentitiesAsync(cancellationToken).ConfigureAwait(false))
            .FirstOrDefault(identity => identity.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public async Task<RoleAssignment?> FindRoleAsync(string principalId, KeyIdentifier key, CancellationToken cancellationToken) =>
        (await management.ListRoleAssignmentsAsync(key, cancellationToken).ConfigureAwait(false)).FirstOrDefault(assignment =>
            assignment.IsFor(principalId) && assignment.IsOn(key) && assignment.IsEncryptionUser());

    public async Task<ManagedIdentity> MakeIdentityAsync(Preparing preparing, string name, CancellationToken cancellationToken)
    {
        var identity = await management.PutIdentityAsync(name, cancellationToken).ConfigureAwait(false);
        await WriteAsync(preparing, ActivityCodes.IdentityMade, name, ActivityResult.Succeeded, preparing.Instance).ConfigureAwait(false);
        return identity;
    }

    public async Task MakeRoleAsync(Preparing preparing, ManagedIdentity identity, KeyIdentifier key, CancellationToken cancellationToken)
    {
        await management.AssignEncryptionUserAsync(key, identity.PrincipalId, cancellationToken).ConfigureAwait(false);
        await WriteAsync(preparing, ActivityCodes.RoleMade, key.Subject(), ActivityResult.Succeeded, identity.Name, preparing.Instance).ConfigureAwait(false);
    }

    /// <summary>Takes back what the row stands for, looks, and puts on record what it saw.</summary>
    /// <returns>Whether nothing of it is left but what has become an instance's own.</returns>
    public async Task<bool> RemoveAsync(Preparing preparing, PreparedRow row, TakeBackReason why, CancellationToken cancellationToken)
    {
        try
        {
            return row is { Key: { } key, PrincipalId: { } principal }
                ? await RemoveRoleAsync(preparing, row.Identity, principal, KeyIdentifier.Parse(key), why, cancellationToken).ConfigureAwait(false)
                : await RemoveIdentityAsync(preparing, row.Identity, why, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } answer)
        {
            // It is tried again, at the next start at the latest; the same answer again is no news.
            var entry = row.Key is { } on
                ? EntryOf(preparing, ActivityCodes.RoleTakenBack, KeyIdentifier.Parse(on).Subject(), ActivityResult.Failed, row.Identity, why.ToString())
                : EntryOf(preparing, ActivityCodes.IdentityTakenBack, row.Identity, ActivityResult.Failed, why.ToString());
            if (!await activity.SaysAlreadyAsync(entry, CancellationToken.None).ConfigureAwait(false))
            {
                await activity.WriteAsync(entry with { Refusal = answer.ToRefusal() }, CancellationToken.None).ConfigureAwait(false);
            }

            throw;
        }
    }

    private async Task<bool> RemoveRoleAsync(
        Preparing preparing, string identity, string principal, KeyIdentifier key, TakeBackReason why, CancellationToken cancellationToken)
    {
        if (await FindRoleAsync(principal, key, cancellationToken).ConfigureAwait(false) is not { } assignment)
        {
            return true;
        }

        if (await NeedingAsync(preparing.Caller, assignment, principal, key, cancellationToken).ConfigureAwait(false) is { Count: > 0 } needing)
        {
            await WriteAsync(preparing, ActivityCodes.PreparationKept, key.Subject(), ActivityResult.Noticed, identity, string.Join(", ", needing))
                .ConfigureAwait(false);
            return true;
        }

        await management.RemoveRoleAssignmentAsync(assignment, cancellationToken).ConfigureAwait(false);
        var gone = await FindRoleAsync(principal, key, cancellationToken).ConfigureAwait(false) is null;
        await WriteAsync(
            preparing, ActivityCodes.RoleTakenBack, key.Subject(), gone ? ActivityResult.Succeeded : ActivityResult.Failed, identity, why.ToString())
            .ConfigureAwait(false);
        return gone;
    }

    private async Task<bool> RemoveIdentityAsync(Preparing preparing, string name, TakeBackReason why, CancellationToken cancellationToken)
    {
        if (await FindIdentityAsync(name, cancellationToken).ConfigureAwait(false) is not { } identity)
        {
            return true;
        }

        // It was not there before it was made, so whoever uses it came since.
        if (await UsingAsync(preparing.Caller, identity.PrincipalId, _ => true, cancellationToken).ConfigureAwait(false) is { Count: > 0 } needing)
        {
            await WriteAsync(preparing, ActivityCodes.PreparationKept, name, ActivityResult.Noticed, name, string.Join(", ", needing)).ConfigureAwait(false);
            return true;
        }

        await management.DeleteIdentityAsync(name, cancellationToken).ConfigureAwait(false);
        var gone = await FindIdentityAsync(name, cancellationToken).ConfigureAwait(false) is null;
        await WriteAsync(preparing, ActivityCodes.IdentityTakenBack, name, gone ? ActivityResult.Succeeded : ActivityResult.Failed, why.ToString())
            .ConfigureAwait(false);
        return gone;
    }

    /// <returns>
    /// The instances that would lose their access with the role. Where a revocation wants it off they have none to lose, and where
    /// another role reaches the key as well they keep it.
    /// </returns>
    private async Task<IReadOnlyList<string>> NeedingAsync(
        Caller caller, RoleAssignment role, string principal, KeyIdentifier key, CancellationToken cancellationToken)
    {
        if (await revocations.HoldingRoleAsync(principal, key, cancellationToken).ConfigureAwait(false) is { IsDamaged: false }
            || UnwrapRight.Of(
                [.. (await roles.ReadAsync(key, cancellationToken).ConfigureAwait(false)).Where(other => other.Assignment.Id != role.Id)],
                principal).MayUnwrap is true)
        {
            return [];
        }

        return await UsingAsync(caller, principal, encryption => encryption.WrappedKeys.Any(form => form.WrappedBy.IsSameKeyAs(key)), cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<string>> UsingAsync(
        Caller caller, string principal, Func<InstanceEncryption.CustomerManagedKey, bool> needs, CancellationToken cancellationToken) =>
    [
        .. (await instances.ListAsync(caller, cancellationToken).ConfigureAwait(false))
            .Where(instance => instance.Encryption is InstanceEncryption.CustomerManagedKey encryption
                && encryption.Identity.PrincipalId.Equals(principal, StringComparison.OrdinalIgnoreCase) && needs(encryption))
            .Select(instance => instance.Name),
    ];

    /// <summary>What is done is on record, whoever has left meanwhile.</summary>
    private Task WriteAsync(Preparing preparing, string code, string subject, ActivityResult result, params string[] arguments) =>
        activity.WriteAsync(EntryOf(preparing, code, subject, result, arguments), CancellationToken.None);

    private static NewActivity EntryOf(Preparing preparing, string code, string subject, ActivityResult result, params string[] arguments) =>
        new(code, subject, result, preparing.By, arguments, preparing.Operation);
}
