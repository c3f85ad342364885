namespace DpsPortal.KeyVault.Access;

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

    public sealed record ScopeGone : AddResult;
}
