using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Certificates;

/// <summary>
/// RFC 5280: an authority made at first start, and one leaf. Its certificate may be issued anew (other names, end of
/// validity), its key and name stay: a client that trusts an older certificate goes on trusting the names of that.
/// Times are of the system clock: clients check them against theirs.
/// </summary>
internal static class LocalCertificateAuthority
{
    /// <summary>The authority's certificate without its private key, for clients.</summary>
    public const string PublicFile = "ca.crt";
    private const string AuthorityFile = "ca.pem";
    private const string LeafFile = "localhost.pem";
    private const string AlternativeNamesId = "2.5.29.17";
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    /// <param name="extraNames">Host names and addresses beside the loopback ones.</param>
    /// <returns>The authority without its private key, and the leaf with it.</returns>
    public static (X509Certificate2 Authority, X509Certificate2 Leaf) Open(ProtectedFolder folder, DateTimeOffset now, params IReadOnlyList<string> extraNames)
    {
        using var authority = OpenAuthority(folder, now, CertificateNames.Constraints(extraNames));
        var names = CertificateNames.Alternative(extraNames);
        var leaf = Load(folder, LeafFile);
        if (leaf is null || leaf.NotAfter < (now + RenewBefore).UtcDateTime || leaf.Issuer != authority.Subject || !Has(leaf, AlternativeNamesId, names))
        {
            leaf?.Dispose();
            leaf = Save(folder, LeafFile, CreateLeaf(authority, names, now));
        }

        using (leaf)
        {
            // Windows cannot serve TLS with a key that exists in memory only; a round trip through PKCS #12 gives it a home.
            return (X509CertificateLoader.LoadCertificate(authority.RawData),
                X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null));
        }
    }

    private static X509Certificate2 OpenAuthority(ProtectedFolder folder, DateTimeOffset now, X509Extension constraints)
    {
        var authority = Load(folder, AuthorityFile);
        if (authority is null || authority.NotAfter <= now.UtcDateTime || !Has(authority, CertificateNames.ConstraintsId, constraints))
        {
            using var former = authority;
            authority = Save(folder, AuthorityFile, CreateAuthority(former, now, constraints));
        }

        var text = Encoding.ASCII.GetBytes(authority.ExportCertificatePem() + "\n");
        if (!text.AsSpan().SequenceEqual(folder.Read(PublicFile)))
        {
            folder.Write(PublicFile, text);
        }

        return authority;
    }

    private static X509Certificate2 CreateAuthority(X509Certificate2? former, DateTimeOffset now, X509Extension constraints)
    {
        using var key = former?.GetECDsaPrivateKey() ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // The serial part tells two data folders' authorities apart in a trust store.
        var name = former?.Subject ?? $"CN=DpsPortal local authority {RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(constraints);
        return request.CreateSelfSigned(now.AddMinutes(-5), now.AddYears(10));
    }

    private static X509Certificate2 CreateLeaf(X509Certificate2 authority, X509Extension names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(names);
        var expires = now.AddYears(1);
        var latest = new DateTimeOffset(authority.NotAfter);
        using var signed = request.Create(authority, now.AddMinutes(-5), expires < latest ? expires : latest, RandomNumberGenerator.GetBytes(16));
        return signed.CopyWithPrivateKey(key);
    }

    private static bool Has(X509Certificate2 certificate, string id, X509Extension expected) =>
        certificate.Extensions[id] is { } found && found.RawData.AsSpan().SequenceEqual(expected.RawData);

    private static X509Certificate2? Load(ProtectedFolder folder, string file)
    {
        if (folder.Read(file) is not { } content)
        {
            return null;
        }

        var pem = Encoding.ASCII.GetString(content);
        try
        {
            return X509Certificate2.CreateFromPem(pem, pem);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw new VaultStartRefusedException(
                $"{folder.PathOf(file)} has no certificate with its key. Put it back from a backup; or delete it, and a new one is made, which " +
                "clients have to trust anew.", fault);
        }
    }

    private static X509Certificate2 Save(ProtectedFolder folder, string file, X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        folder.Write(file, Encoding.ASCII.GetBytes($"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n"));
        return certificate;
    }
}
