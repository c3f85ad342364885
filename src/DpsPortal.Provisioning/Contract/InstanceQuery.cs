namespace DpsPortal.Provisioning.Contract;

/// <summary>Each given member narrows the list.</summary>
/// <param name="Search">A part of name, ID scope, location, resource group or the name of the key, without case.</param>
/// <param name="Access">Only those with this access to their key.</param>
/// <param name="After">The page after this name, in the order that was asked for.</param>
/// <param name="Before">The page before this name; not with <paramref name="After"/>.</param>
/// <param name="Count">1 to <see cref="PageSize.Most"/>.</param>
public sealed record InstanceQuery(
    string? Search = null, KeyAccess? Access = null, bool Descending = false, string? After = null, string? Before = null, int Count = 25)
{
    /// <summary>Locations that the search means beside those that have it in them: people read their names in words.</summary>
    public IReadOnlyCollection<string> Locations { get; init; } = [];
}
