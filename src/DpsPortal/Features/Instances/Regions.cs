namespace DpsPortal.Features.Instances;

/// <summary>The Azure regions that forms offer.</summary>
internal static class Regions
{
    public static IReadOnlyList<string> All { get; } = ["eastus", "northeurope", "southcentralus", "spaincentral", "westeurope", "westus2"];
}
