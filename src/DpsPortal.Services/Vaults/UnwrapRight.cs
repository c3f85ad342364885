namespace DpsPortal.Services.Vaults;

/// <summary>Whether an identity may unwrap with a key, as its vault decides.</summary>
/// <param name="MayUnwrap"><see langword="null"/> when that cannot be told.</param>
/// <param name="By">The assignment that allows it, or because of which it cannot be told.</param>
internal sealed record UnwrapRight(bool? MayUnwrap, HeldRole? By)
{
    /// <param name="roles">Those that hold for the key; <see langword="null"/> when they could not be read.</param>
    public static UnwrapRight Of(IReadOnlyList<HeldRole>? roles, string principalId)
    {
        if (roles is null)
        {
            return new UnwrapRight(null, null);
        }

        // What is certain first; and the nearest, which is the one that people know of.
        var able = roles.Where(role => role.MayUnwrap is not false).OrderByDescending(role => role.Assignment.Scope.Length).ToList();
        var own = able.Where(role => role.Assignment.IsFor(principalId)).ToList();
        return own.Find(role => role.MayUnwrap is true) is { } grant ? new UnwrapRight(true, grant)
            : (own.FirstOrDefault() ?? able.Find(role => role.Assignment.IsForAGroup())) is { } unclear ? new UnwrapRight(null, unclear)
            : new UnwrapRight(false, null);
    }
}
