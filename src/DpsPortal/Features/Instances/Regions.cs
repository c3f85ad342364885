using DpsPortal.Common;

namespace DpsPortal.Features.Instances;

/// <summary>The Azure regions that forms offer. Azure names them in one word; people read the resource <c>Region_{name}</c>.</summary>
internal static class Regions
{
    public static IReadOnlyList<string> All { get; } = ["eastus", "northeurope", "southcentralus", "spaincentral", "westeurope", "westus2"];

    /// <param name="others">What is already set, and may be another.</param>
    /// <returns>In the order in which the reader looks for them.</returns>
    public static IEnumerable<string> ByName(Words words, params IEnumerable<string> others) =>
        All.Concat(others.Where(other => other.Length > 0)).Distinct(StringComparer.OrdinalIgnoreCase).OrderBy(words.Region, StringComparer.CurrentCulture);
}
