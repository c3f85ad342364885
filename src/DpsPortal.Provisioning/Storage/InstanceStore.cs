using System.Globalization;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Provisioning.Storage;

/// <summary>The control plane's transactions. Each change and its entry in the operations log are one.</summary>
internal sealed class InstanceStore(DpsDatabase database, TimeProvider systemClock)
{
    public async Task<List<InstanceRow>> LoadAsync(CancellationToken cancellationToken)
    {
        await using var context = database.NewContext();
        return await context.Instances.AsNoTracking().Include(row => row.WrappedKeys).OrderBy(row => row.Name).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<InstanceRow?> FindByOperationAsync(Guid operation, CancellationToken cancellationToken)
    {
        await using var context = database.NewContext();
        return await context.Instances.AsNoTracking().SingleOrDefaultAsync(row => row.OperationId == operation, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Names with their record counts, all or one.</summary>
    public async Task<Dictionary<string, RecordCounts>> CountsAsync(string? name, CancellationToken cancellationToken)
    {
        await using var context = database.NewContext();
        var rows = context.Instances.AsNoTracking();
        return await (name is null ? rows : rows.Where(row => row.Name == name))
            .ToDictionaryAsync(
                row => row.Name,
                row => new RecordCounts(row.EnrollmentGroups, row.IndividualEnrollments, row.Registrations),
                StringComparer.OrdinalIgnoreCase,
                cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds an instance, complete or not at all. False when its key version has been fenced meanwhile.</summary>
    public async Task<bool> AddAsync(InstanceRow instance, Caller caller, CancellationToken cancellationToken)
    {
        using var turn = await database.BeginWritingAsync(cancellationToken).ConfigureAwait(false);
        await using var context = database.NewContext();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (instance.WrappedKeys is [var form] && await IsFencedAsync(context, form.WrappedBy, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        context.Add(instance);
        context.Add(Entry(instance.Name, "CreateInstance", instance.WrappedKeys.FirstOrDefault()?.WrappedBy, caller));
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Makes an access state durable, and logs it when it is another one than before.</summary>
    public async Task SaveAccessAsync(InstanceHeader instance, AccessState before, AccessState after)
    {
        using var turn = await database.BeginWritingAsync(CancellationToken.None).ConfigureAwait(false);
        await using var context = database.NewContext();
        await using var transaction = await context.Database.BeginTransactionAsync().ConfigureAwait(false);
        await context.Instances.Where(row => row.Id == instance.Id).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Access, after.Access)
            .SetProperty(row => row.Cause, after.Cause)
            .SetProperty(row => row.VaultErrorCode, after.VaultErrorCode)
            .SetProperty(row => row.Epoch, after.Epoch)
            .SetProperty(row => row.CheckedAt, after.CheckedAt.UtcTicks)
            .SetProperty(row => row.VerifiedAt, after.VerifiedAt == null ? null : after.VerifiedAt.Value.UtcTicks)).ConfigureAwait(false);
        if (before.Verdict != after.Verdict)
        {
            var detail = string.Create(CultureInfo.InvariantCulture, $"{before.Access} to {after.Access}, {after.Cause} {after.VaultErrorCode}, epoch {after.Epoch}");
            context.Add(Entry(instance.Name, "AccessChanged", detail, caller: null));
            await context.SaveChangesAsync().ConfigureAwait(false);
        }

        await transaction.CommitAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Makes a form the current one and the current one a retiring one, in one transaction that also looks at the fence. The
    /// form is inserted beside the others, or found there; no wrapped bytes are ever overwritten.
    /// </summary>
    /// <returns>False when the version is fenced.</returns>
    public async Task<bool> SwitchFormAsync(InstanceHeader instance, WrappedForm form, Caller caller)
    {
        using var turn = await database.BeginWritingAsync(CancellationToken.None).ConfigureAwait(false);
        await using var context = database.NewContext();
        await using var transaction = await context.Database.BeginTransactionAsync().ConfigureAwait(false);
        var target = form.WrappedBy.ToString();
        if (await IsFencedAsync(context, target, CancellationToken.None).ConfigureAwait(false))
        {
            return false;
        }

        // The old form steps down first: there is never more than one current form.
        await SetUseAsync(context, row => row.InstanceId == instance.Id && row.Use == WrappedKeyUse.Current, WrappedKeyUse.Retiring).ConfigureAwait(false);
        if (await SetUseAsync(context, row => row.InstanceId == instance.Id && row.WrappedBy == target, WrappedKeyUse.Current).ConfigureAwait(false) == 0)
        {
            context.Add(form.ToRow(instance.Id));
        }

        context.Add(Entry(instance.Name, "Rewrap", target, caller));
        await context.SaveChangesAsync().ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
        return true;
    }

    public async Task<int> PruneAsync(InstanceHeader instance, Caller caller)
    {
        using var turn = await database.BeginWritingAsync(CancellationToken.None).ConfigureAwait(false);
        await using var context = database.NewContext();
        await using var transaction = await context.Database.BeginTransactionAsync().ConfigureAwait(false);
        var removed = await context.WrappedKeys
            .Where(row => row.InstanceId == instance.Id && row.Use == WrappedKeyUse.Retiring)
            .ExecuteDeleteAsync().ConfigureAwait(false);
        context.Add(Entry(instance.Name, "PruneRetiring", removed.ToString(CultureInfo.InvariantCulture), caller));
        await context.SaveChangesAsync().ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
        database.Truncate();
        return removed;
    }

    /// <summary>Forbids new wraps under a version. Counted in the same transaction, so no wrap slips in between.</summary>
    public async Task<VersionFence> FenceAsync(KeyIdentifier version, Caller caller, CancellationToken cancellationToken)
    {
        using var turn = await database.BeginWritingAsync(cancellationToken).ConfigureAwait(false);
        await using var context = database.NewContext();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var id = version.ToString();
        if (!await IsFencedAsync(context, id, cancellationToken).ConfigureAwait(false))
        {
            context.Add(new FenceRow { Version = id, FencedAt = systemClock.GetUtcNow().UtcTicks });
            context.Add(Entry("", "Fence", id, caller));
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }

        var names = await context.WrappedKeys
            .Where(form => form.WrappedBy == id)
            .Join(context.Instances, form => form.InstanceId, row => row.Id, (form, row) => row.Name)
            .OrderBy(name => name)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new VersionFence(version, names.Count, names);
    }

    public async Task ReleaseFenceAsync(KeyIdentifier version, Caller caller, CancellationToken cancellationToken)
    {
        using var turn = await database.BeginWritingAsync(cancellationToken).ConfigureAwait(false);
        await using var context = database.NewContext();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var id = version.ToString();
        if (await context.Fences.Where(row => row.Version == id).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false) > 0)
        {
            context.Add(Entry("", "ReleaseFence", id, caller));
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> IsFencedAsync(KeyIdentifier version, CancellationToken cancellationToken)
    {
        await using var context = database.NewContext();
        return await IsFencedAsync(context, version.ToString(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Logs something that changes no state, such as a reveal.</summary>
    public async Task LogAsync(string instance, string operation, string? detail, Caller caller, CancellationToken cancellationToken)
    {
        using var turn = await database.BeginWritingAsync(cancellationToken).ConfigureAwait(false);
        await using var context = database.NewContext();
        context.Add(Entry(instance, operation, detail, caller));
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    private static Task<bool> IsFencedAsync(DpsDbContext context, string version, CancellationToken cancellationToken) =>
        context.Fences.AnyAsync(row => row.Version == version, cancellationToken);

    private static Task<int> SetUseAsync(
        DpsDbContext context, System.Linq.Expressions.Expression<Func<WrappedKeyRow, bool>> which, WrappedKeyUse use) =>
        context.WrappedKeys.Where(which).ExecuteUpdateAsync(set => set.SetProperty(row => row.Use, use));

    private LogRow Entry(string instance, string operation, string? detail, Caller? caller) => new()
    {
        At = systemClock.GetUtcNow().UtcTicks,
        Instance = instance,
        Operation = operation,
        Detail = detail,
        CallerId = caller?.ObjectId,
        CallerName = caller?.DisplayName,
    };
}
