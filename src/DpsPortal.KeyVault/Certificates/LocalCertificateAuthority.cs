using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DpsPortal.KeyVault.Hosting;

namespace DpsPortal.KeyVault.Certificates;

/// <summary>
/// RFC 5280: an authority made at first start, and one leaf for the loopback names. A bare <c>*.localhost</c> is refused by
/// .NET, OpenSSL, curl and Node (a wildcard needs two labels after it), hence one wildcard per kind of service.
/// Times are of the system clock: clients check them against theirs.
/// </summary>
internal static class LocalCertificateAuthority
{
    private const string AuthorityFile = "ca.pem";
    private const string LeafFile = "localhost.pem";
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    /// <returns>The authority without its private key, and the leaf with it.</returns>
    public static (X509Certificate2 Authority, X509Certificate2 Leaf) Open(ProtectedFolder folder, DateTimeOffset now)
    {
        using var authority = Load(folder, AuthorityFile) is { } stored && stored.NotAfter > now.UtcDateTime
            ? stored
            : Save(folder, AuthorityFile, CreateAuthority(now));
        var leaf = Load(folder, LeafFile);
        if (leaf is null || leaf.NotAfter < (now + RenewBefore).UtcDateTime || leaf.Issuer != authority.Subject)
        {
            leaf = Save(folder, LeafFile, CreateLeaf(authority, now));
        }
        using (leaf)
        {
            // Windows cannot serve TLS with a key that exists in memory only; a round trip through PKCS #12 gives it a home.
            return (X509CertificateLoader.LoadCertificate(authority.RawData),
                X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null));
        }
    }

    private static X509Certificate2 CreateAuthority(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // The serial part tells two data folders' authorities apart in a trust store.
        var name = $"CN=DpsPortal local authority {RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now.AddMinutes(-5), now.AddYears(10));
    }

    private static X509Certificate2 CreateLeaf(X509Certificate2 authority, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        request.CertificateExtensions.Add(Names());
        var expires = now.AddYears(1);
        var latest = new DateTimeOffset(authority.NotAfter);
        using var signed = request.Create(authority, now.AddMinutes(-5), expires < latest ? expires : latest, RandomNumberGenerator.GetBytes(16));
        return signed.CopyWithPrivateKey(key);
    }

    private static X509Extension Names()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("*.vault.localhost");
        names.AddDnsName("*.dps.localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        names.AddIpAddress(System.Net.IPAddress.IPv6Loopback);
        return names.Build();
    }

    private static X509Certificate2? Load(ProtectedFolder folder, string file)
    {
        if (folder.Read(file) is not { } content)
        {
            return null;
        }
        var pem = Encoding.ASCII.GetString(content);
        return X509Certificate2.CreateFromPem(pem, pem);
    }

    private static X509Certificate2 Save(ProtectedFolder folder, string file, X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        folder.Write(file, Encoding.ASCII.GetBytes($"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n"));
        return certificate;
    }
}
