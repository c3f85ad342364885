using System.Collections.Frozen;
using System.Collections.Immutable;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Storage;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.KeyVault.Access;

/// <summary>
/// Every role assignment, held in memory and written through. A change takes effect for the first request after it was
/// answered, or later by the propagation delay. That delay is Azure's machinery, not anything about keys: it runs on the system
/// clock, beside the leases and polls that it is to be compared with, and a demonstration that moves the domain clock does not skip it.
/// </summary>
internal sealed class RoleAssignments(VaultDatabase database, EmbeddedKeyVaultOptions options, TimeProvider systemClock)
{
    public static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);

    private volatile Snapshot _known = new([]);

    /// <summary>How long a change waits for its effect.</summary>
    public TimeSpan Delay { get; private set; } = options.RolePropagationDelay;

    /// <summary>Those that are there, whether in effect already or not.</summary>
    public IEnumerable<RoleAssignment> All => _known.All.Values.Where(assignment => !assignment.IsRemoved).OrderBy(assignment => assignment.Name);

    public void Load() => Publish(StoredRows.RoleAssignments(database).Select(ToAssignment).ToImmutableDictionary(assignment => assignment.Name));

    public RoleAssignment? Find(Guid name) => _known.All.GetValueOrDefault(name) is { IsRemoved: false } assignment ? assignment : null;

    /// <summary>The assignment that lets the principal do this here, or null.</summary>
    public RoleAssignment? Grant(Guid principalId, string action, string resource)
    {
        if (!_known.ByPrincipal.TryGetValue(principalId, out var held))
        {
            return null;
        }

        var now = systemClock.GetUtcNow();
        foreach (var assignment in held)
        {
            if (assignment.IsEffective(now) && assignment.Role.Allows(action) && assignment.Covers(resource))
            {
                return assignment;
            }
        }

        return null;
    }

    /// <summary>From now on no change waits longer than this; one under way keeps its time where that is sooner.</summary>
    public Task SetDelayAsync(TimeSpan delay, AuditTrail audit) => database.WriteAsync(
        async context =>
        {
            var latest = systemClock.GetUtcNow() + delay;
            foreach (var row in await context.RoleAssignments.Where(row => row.Removed > latest.UtcTicks).ToListAsync().ConfigureAwait(false))
            {
                row.Removed = latest.UtcTicks;
            }

            audit.RecordIn(context, 200);
            return _known.All.ToImmutableDictionary(entry => entry.Key, entry => entry.Value with
            {
                EffectiveFrom = Earlier(entry.Value.EffectiveFrom, latest),
                EffectiveUntil = entry.Value.IsRemoved ? Earlier(entry.Value.EffectiveUntil, latest) : DateTimeOffset.MaxValue,
            });
        },
        all =>
        {
            Delay = delay;
            Publish(all);
            audit.Committed();
        });

    /// <param name="isScopeThere">Asked in turn: the vault may be deleted since the request was looked at, and its assignments with it.</param>
    public Task<AddResult> AddAsync(RoleAssignment assignment, AuditTrail? audit, Func<bool>? isScopeThere = null) => database.WriteAsync<AddResult>(
        async context =>
        {
            if (isScopeThere?.Invoke() is false)
            {
                return new AddResult.ScopeGone();
            }

            var sameName = _known.All.GetValueOrDefault(assignment.Name);
            if (sameName is { IsRemoved: false })
            {
                return sameName.IsSameGrant(assignment) ? new AddResult.Unchanged(sameName) : new AddResult.NameTaken();
            }

            if (All.Any(other => other.IsSameGrant(assignment)))
            {
                return new AddResult.GrantExists();
            }

            var added = sameName is not null && sameName.IsSameGrant(assignment) && sameName.EffectiveUntil > systemClock.GetUtcNow()
                // Given back before its removal had propagated: nobody noticed.
                ? sameName with { IsRemoved = false, EffectiveUntil = DateTimeOffset.MaxValue }
                : assignment with { EffectiveFrom = assignment.Created + Delay };
            // A removed one of that name may have its row still.
            await context.RoleAssignments.Where(row => row.Name == added.Name).ExecuteDeleteAsync().ConfigureAwait(false);
            context.Add(ToRow(added));
            audit?.RecordIn(context, 201);
            return new AddResult.Added(added);
        },
        result =>
        {
            if (result is AddResult.Added added)
            {
                Publish(_known.All.SetItem(added.Assignment.Name, added.Assignment));
                audit?.Committed();
            }
        });

    /// <returns>What was removed, or null where there was nothing.</returns>
    public Task<RoleAssignment?> RemoveAsync(Guid name, string scope, AuditTrail audit) => database.WriteAsync(
        async context =>
        {
            if (Find(name) is not { } assignment || !assignment.IsAt(scope))
            {
                return null;
            }

            var now = systemClock.GetUtcNow();
            var removed = assignment with { IsRemoved = true, EffectiveUntil = now + Delay };
            (await context.RoleAssignments.SingleAsync(row => row.Name == name).ConfigureAwait(false)).Removed = removed.EffectiveUntil.UtcTicks;
            await context.SaveChangesAsync().ConfigureAwait(false);
            await context.RoleAssignments.Where(row => row.Removed <= now.UtcTicks).ExecuteDeleteAsync().ConfigureAwait(false);
            audit.RecordIn(context, 200);
            return removed;
        },
        removed =>
        {
            if (removed is not null)
            {
                Publish(WithoutPast(_known.All.SetItem(name, removed)));
                audit.Committed();
            }
        });

    /// <summary>Deletes every assignment at a scope and below it, in a transaction of somebody else's, at once and whatever the delay.</summary>
    public async Task DropWithinAsync(VaultDbContext context, string scope)
    {
        foreach (var assignment in _known.All.Values.Where(assignment => assignment.IsWithin(scope)))
        {
            await context.RoleAssignments.Where(row => row.Name == assignment.Name).ExecuteDeleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Follows <see cref="DropWithinAsync"/> when the transaction is committed.</summary>
    public void ForgetWithin(string scope) =>
        Publish(_known.All.RemoveRange(_known.All.Values.Where(assignment => assignment.IsWithin(scope)).Select(assignment => assignment.Name)));

    private void Publish(ImmutableDictionary<Guid, RoleAssignment> all) => _known = new Snapshot(all);

    private ImmutableDictionary<Guid, RoleAssignment> WithoutPast(ImmutableDictionary<Guid, RoleAssignment> all)
    {
        var now = systemClock.GetUtcNow();
        return all.RemoveRange(all.Values.Where(assignment => assignment.EffectiveUntil <= now).Select(assignment => assignment.Name));
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private RoleAssignment ToAssignment(RoleAssignmentRow row)
    {
        var created = new DateTimeOffset(row.Created, TimeSpan.Zero);
        return new(row.Name, row.Scope, BuiltInRole.Find(row.RoleDefinitionId)!, row.PrincipalId, row.PrincipalType, created)
        {
            IsRemoved = row.Removed is not null,
            // One that is removed has been in effect: its time ends with the removal alone.
            EffectiveFrom = row.Removed is null ? created + Delay : created,
            EffectiveUntil = row.Removed is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : DateTimeOffset.MaxValue,
        };
    }

    private static RoleAssignmentRow ToRow(RoleAssignment assignment) => new()
    {
        Name = assignment.Name,
        Scope = assignment.Scope,
        RoleDefinitionId = assignment.Role.Id,
        PrincipalId = assignment.PrincipalId,
        PrincipalType = assignment.PrincipalType,
        Created = assignment.Created.UtcTicks,
    };

    /// <summary>As of one moment, with an index for the path of every request.</summary>
    private sealed class Snapshot(ImmutableDictionary<Guid, RoleAssignment> all)
    {
        public ImmutableDictionary<Guid, RoleAssignment> All => all;

        public FrozenDictionary<Guid, RoleAssignment[]> ByPrincipal { get; } =
            all.Values.GroupBy(assignment => assignment.PrincipalId).ToFrozenDictionary(held => held.Key, held => held.ToArray());
    }
}
