namespace DpsPortal.KeyVault.Access;

/// <summary>One role for one principal at one scope: a subscription, resource group, vault or key, as an ARM path.</summary>
internal sealed record RoleAssignment(Guid Name, string Scope, BuiltInRole Role, Guid PrincipalId, string PrincipalType, DateTimeOffset Created)
{
    /// <summary>True of one that nobody sees any more and that lets in until its removal has propagated.</summary>
    public bool IsRemoved { get; init; }

    public DateTimeOffset EffectiveFrom { get; init; } = Created;

    public DateTimeOffset EffectiveUntil { get; init; } = DateTimeOffset.MaxValue;

    public bool IsEffective(DateTimeOffset now) => EffectiveFrom <= now && now < EffectiveUntil;

    public bool IsAt(string scope) => Scope.Equals(scope, StringComparison.OrdinalIgnoreCase);

    /// <summary>True at the assignment's own scope and everywhere below it.</summary>
    public bool Covers(string resource) => Contains(Scope, resource);

    /// <summary>True where the assignment is made at <paramref name="scope"/> or below it.</summary>
    public bool IsWithin(string scope) => Contains(scope, Scope);

    public bool IsSameGrant(RoleAssignment other) => IsAt(other.Scope) && Role == other.Role && PrincipalId == other.PrincipalId;

    private static bool Contains(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.OrdinalIgnoreCase) && (inner.Length == outer.Length || inner[outer.Length] == '/');
}
