using System.Collections.Immutable;
using System.Net;
using System.Text.Json;

namespace DpsPortal.KeyVault.Management;

/// <summary>
/// A vault's firewall: who may reach its keys, whatever roles they hold. Managing the vault is not concerned. Nobody here is a
/// "trusted service", so <see cref="BypassesAzureServices"/> is kept and shown, and lets nobody in.
/// </summary>
internal sealed record NetworkRules(bool IsPublic, bool DeniesByDefault, bool BypassesAzureServices, ImmutableArray<IPNetwork> Allowed)
{
    public static readonly NetworkRules Open = new(true, false, true, []);

    public NetworkVerdict Judge(IPAddress? address)
    {
        if (!IsPublic)
        {
            return NetworkVerdict.NotPublic;
        }

        return !DeniesByDefault || (address is not null && IsAllowed(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address))
            ? NetworkVerdict.Admitted
            : NetworkVerdict.Denied;
    }

    /// <summary>One address or a range: 203.0.113.7, 10.0.0.0/8, ::1.</summary>
    public static bool TryParse(string? text, out IPNetwork range)
    {
        if (IPNetwork.TryParse(text, out range))
        {
            return true;
        }

        if (!IPAddress.TryParse(text, out var address))
        {
            return false;
        }

        range = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }

    public string ToJson() => JsonSerializer.Serialize(
        new StoredNetworkRules(
            IsPublic, DeniesByDefault, BypassesAzureServices, [.. Allowed.Select(range => range.ToString())]), ManagementJson.Default.StoredNetworkRules);

    public static NetworkRules FromJson(string? json) =>
        json is not null && JsonSerializer.Deserialize(json, ManagementJson.Default.StoredNetworkRules) is { } stored
            ? new(stored.IsPublic, stored.DeniesByDefault, stored.BypassesAzureServices, [.. stored.Allowed.Select(IPNetwork.Parse)])
            : Open;

    private bool IsAllowed(IPAddress address)
    {
        foreach (var range in Allowed)
        {
            if (range.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
