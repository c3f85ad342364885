using System.Collections.Immutable;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Storage;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.KeyVault.Access;

/// <summary>
/// Every role assignment, held in memory and written through. A change is in force for the first request after it was
/// answered; Azure's propagation time is not simulated.
/// </summary>
internal sealed class RoleAssignments(VaultDatabase database)
{
    private volatile ImmutableDictionary<Guid, RoleAssignment> _all = ImmutableDictionary<Guid, RoleAssignment>.Empty;

    public IEnumerable<RoleAssignment> All => _all.Values.OrderBy(assignment => assignment.Name);

    public void Load() => _all = StoredRows.RoleAssignments(database).Select(ToAssignment).ToImmutableDictionary(assignment => assignment.Name);

    public RoleAssignment? Find(Guid name) => _all.GetValueOrDefault(name);

    /// <summary>The assignment that lets the principal do this here, or null.</summary>
    public RoleAssignment? Grant(Guid principalId, string action, string resource)
    {
        foreach (var assignment in _all.Values)
        {
            if (assignment.PrincipalId == principalId && assignment.Role.Allows(action) && assignment.Covers(resource))
            {
                return assignment;
            }
        }
        return null;
    }

    public Task<AddResult> AddAsync(RoleAssignment assignment, AuditTrail? audit) => database.WriteAsync<AddResult>(
        context =>
        {
            if (_all.TryGetValue(assignment.Name, out var sameName))
            {
                return Task.FromResult<AddResult>(IsSameGrant(sameName, assignment) ? new AddResult.Unchanged(sameName) : new AddResult.NameTaken());
            }
            if (_all.Values.Any(other => IsSameGrant(other, assignment)))
            {
                return Task.FromResult<AddResult>(new AddResult.GrantExists());
            }
            context.Add(ToRow(assignment));
            audit?.RecordIn(context, 201);
            return Task.FromResult<AddResult>(new AddResult.Added(assignment));
        },
        result =>
        {
            if (result is AddResult.Added added)
            {
                _all = _all.SetItem(added.Assignment.Name, added.Assignment);
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
            context.Remove(await context.RoleAssignments.SingleAsync(row => row.Name == name));
            audit.RecordIn(context, 200);
            return assignment;
        },
        removed =>
        {
            if (removed is not null)
            {
                _all = _all.Remove(name);
                audit.Committed();
            }
        });

    private static bool IsSameGrant(RoleAssignment one, RoleAssignment other) =>
        one.IsAt(other.Scope) && one.Role == other.Role && one.PrincipalId == other.PrincipalId;

    private static RoleAssignment ToAssignment(RoleAssignmentRow row) => new(
        row.Name, row.Scope, BuiltInRole.Find(row.RoleDefinitionId)!, row.PrincipalId, row.PrincipalType, new DateTimeOffset(row.Created, TimeSpan.Zero));

    private static RoleAssignmentRow ToRow(RoleAssignment assignment) => new()
    {
        Name = assignment.Name,
        Scope = assignment.Scope,
        RoleDefinitionId = assignment.Role.Id,
        PrincipalId = assignment.PrincipalId,
        PrincipalType = assignment.PrincipalType,
        Created = assignment.Created.UtcTicks,
    };
}

/// <summary>What became of a new role assignment.</summary>
internal abstract record AddResult
{
    private AddResult()
    {
    }

    public sealed record Added(RoleAssignment Assignment) : AddResult;

    /// <summary>The same assignment under the same name: a repeated PUT.</summary>
    public sealed record Unchanged(RoleAssignment Assignment) : AddResult;

    public sealed record NameTaken : AddResult;

    public sealed record GrantExists : AddResult;
}
