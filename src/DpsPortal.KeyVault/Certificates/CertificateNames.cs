using System.Formats.Asn1;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace DpsPortal.KeyVault.Certificates;

/// <summary>
/// RFC 5280, sections 4.2.1.6 and 4.2.1.10: the names that the leaf has, and the only ones that the authority may vouch for.
/// Whoever trusts it thereby trusts it for nothing but this machine and the names that were configured.
/// </summary>
internal static partial class CertificateNames
{
    public const string ConstraintsId = "2.5.29.30";
    public const string Rule = "must have host names (letters, digits, hyphens and dots, no wildcard) or IP addresses, for instance host.docker.internal";
    public const string ServedRule =
        "must have host names, which may begin with *. and have two labels after it, for instance *.azure-devices-provisioning.net";
    private const string Wildcard = "*.";
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Address = new(TagClass.ContextSpecific, 7);

    public static bool IsValid(string? name) => name is not null && (IPAddress.TryParse(name, out _) || HostName().IsMatch(name));

    public static bool IsValidServed(string? name) =>
        name is not null && !IPAddress.TryParse(name, out _)
        && (name.StartsWith(Wildcard, StringComparison.Ordinal)
            ? name.LastIndexOf('.') > Wildcard.Length && HostName().IsMatch(name[Wildcard.Length..])
            : HostName().IsMatch(name));

    /// <summary>
    /// A bare <c>*.localhost</c> is refused by .NET, OpenSSL, curl and Node (a wildcard needs two labels after it), hence one
    /// wildcard per kind of service.
    /// </summary>
    public static X509Extension Alternative(IReadOnlyList<string> extraNames)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in (string[])["localhost", "*.vault.localhost", "*.dps.localhost", "127.0.0.1", "::1", .. extraNames])
        {
            if (IPAddress.TryParse(name, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(name);
            }
        }

        return names.Build();
    }

    /// <summary>A permitted name permits every name below it.</summary>
    public static X509Extension Constraints(IReadOnlyList<string> extraNames)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            Permit(writer, "localhost");
            Permit(writer, IPAddress.Loopback, 8);
            Permit(writer, IPAddress.IPv6Loopback, 128);
            foreach (var name in extraNames)
            {
                if (IPAddress.TryParse(name, out var address))
                {
                    Permit(writer, address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
                }
                else
                {
                    // RFC 5280 knows no wildcard here, and needs none.
                    Permit(writer, name.StartsWith(Wildcard, StringComparison.Ordinal) ? name[Wildcard.Length..] : name);
                }
            }
        }

        return new X509Extension(ConstraintsId, writer.Encode(), critical: true);
    }

    private static void Permit(AsnWriter writer, string name)
    {
        using var subtree = writer.PushSequence();
        writer.WriteCharacterString(UniversalTagNumber.IA5String, name, DnsName);
    }

    private static void Permit(AsnWriter writer, IPAddress address, int prefix)
    {
        using var subtree = writer.PushSequence();
        var network = new IPNetwork(Masked(address, prefix), prefix);
        writer.WriteOctetString([.. network.BaseAddress.GetAddressBytes(), .. Mask(network)], Address);
    }

    private static IPAddress Masked(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefix; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPAddress(bytes);
    }

    private static byte[] Mask(IPNetwork network)
    {
        var mask = new byte[network.BaseAddress.GetAddressBytes().Length];
        for (var bit = 0; bit < network.PrefixLength; bit++)
        {
            mask[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return mask;
    }

    [GeneratedRegex(@"^(?=.{1,253}\z)([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)*[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\z")]
    private static partial Regex HostName();
}
