namespace DpsPortal.Provisioning.Contract;

/// <summary>
/// The host names under which DPS's protocols are reached on this machine; the local authority vouches for them. Azure's names are
/// the same with <c>azure-devices-provisioning.net</c> in the place of <c>dps.localhost</c>.
/// </summary>
public static class DpsHostNames
{
    /// <summary>The one name for the devices of every instance; the ID scope tells instances apart.</summary>
    public const string GlobalDevice = "global" + Domain;

    /// <summary>What Azure's names end with. They are served, too, where a hosts file leads them here; TLS then needs a certificate that has them.</summary>
    public const string AzureDomain = "azure-devices-provisioning.net";

    internal const string Domain = ".dps.localhost";

    /// <summary>Where clients of an instance's service API call (ARM's <c>serviceOperationsHostName</c>).</summary>
    public static string OfService(string instance) => instance.ToLowerInvariant() + Domain;
}
