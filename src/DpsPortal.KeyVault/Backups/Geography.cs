namespace DpsPortal.KeyVault.Backups;

/// <summary>
/// The Azure geography of a region: a backup made in one cannot be restored in another. A region that is not listed is a
/// geography of its own.
/// </summary>
internal static class Geography
{
    private static readonly Dictionary<string, string> OfRegion = new (string Geography, string Regions)[]
    {
        ("United States", "centralus eastus eastus2 eastus3 northcentralus southcentralus southcentralus2 westcentralus westus westus2 westus3"),
        ("Europe", "northeurope westeurope"),
        ("United Kingdom", "uksouth ukwest"),
        ("France", "francecentral francesouth"),
        ("Germany", "germanywestcentral germanynorth"),
        ("Switzerland", "switzerlandnorth switzerlandwest"),
        ("Norway", "norwayeast norwaywest"),
        ("Sweden", "swedencentral swedensouth"),
        ("Asia Pacific", "eastasia southeastasia"),
        ("Australia", "australiaeast australiasoutheast australiacentral australiacentral2"),
        ("Japan", "japaneast japanwest"),
        ("Korea", "koreacentral koreasouth"),
        ("India", "centralindia southindia westindia jioindiawest jioindiacentral"),
        ("Canada", "canadacentral canadaeast"),
        ("Brazil", "brazilsouth brazilsoutheast"),
        ("South Africa", "southafricanorth southafricawest"),
        ("UAE", "uaenorth uaecentral"),
    }.SelectMany(entry => entry.Regions.Split(' '), (entry, region) => (region, entry.Geography)).ToDictionary(pair => pair.region, pair => pair.Geography);

    public static string Of(string location)
    {
        var region = location.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        return OfRegion.GetValueOrDefault(region, region);
    }
}
