using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.ServiceApi;
using DpsPortal.Provisioning.SharedAccess;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>What a device proves itself with: a token signed by its key, or a certificate of the TLS connection.</summary>
internal sealed record DeviceCredentials(SharedAccessSignature? Token, X509Certificate2? Certificate, IReadOnlyList<X509Certificate2> Intermediates)
{
    private const string CommonNameId = "2.5.4.3";

    public bool Present => Token is not null || Certificate is not null;

    /// <summary>Signed with one of the keys as they are.</summary>
    public bool AreOf(SymmetricKeyAttestation keys) => IsSigned(keys.PrimaryKey, null) | IsSigned(keys.SecondaryKey, null);

    /// <summary>Signed with a key derived from one of a group's: base64 of HMAC-SHA256(group key, registration id in lower case).</summary>
    public bool AreDerivedFrom(SymmetricKeyAttestation keys, string registrationId) =>
        IsSigned(keys.PrimaryKey, registrationId) | IsSigned(keys.SecondaryKey, registrationId);

    /// <summary>The certificate is one of the enrolled two, by its bytes or by its SHA-256 thumbprint.</summary>
    public bool IsEnrolled(X509Certificates enrolled) => IsEnrolled(enrolled.Primary) || IsEnrolled(enrolled.Secondary);

    /// <summary>The certificate descends from one of a group's signing certificates and is valid at that moment (RFC 5280).</summary>
    public bool DescendsFrom(X509Certificates signing, DateTimeOffset now) => DescendsFrom(signing.Primary, now) || DescendsFrom(signing.Secondary, now);

    /// <summary>
    /// With X.509 the registration id is the certificate's common name; the platform's "simple name" would be another part where there is
    /// none.
    /// </summary>
    public bool IsNamed(string registrationId) =>
        Certificate is not null && string.Equals(CommonName(Certificate.SubjectName), registrationId, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => nameof(DeviceCredentials);

    private bool IsSigned(string? key, string? registrationId)
    {
        if (Token is null || key is null)
        {
            return false;
        }

        if (registrationId is null)
        {
            var bytes = Convert.FromBase64String(key);
            var signed = Token.IsSignedBy(bytes);
            CryptographicOperations.ZeroMemory(bytes);
            return signed;
        }

        Span<byte> derived = stackalloc byte[DeviceKeys.Size];
        DeviceKeys.Derive(key, registrationId, derived);
        var matches = Token.IsSignedBy(derived);
        CryptographicOperations.ZeroMemory(derived);
        return matches;
    }

    private bool IsEnrolled(X509CertificateEntry? entry)
    {
        if (Certificate is null || entry is null)
        {
            return false;
        }

        using var enrolled = CertificateInfo.Read(entry.Certificate);
        return enrolled is not null
            ? enrolled.RawDataMemory.Span.SequenceEqual(Certificate.RawDataMemory.Span)
            : string.Equals(
                entry.Info?.Sha256Thumbprint?.Replace(":", "", StringComparison.Ordinal), Certificate.GetCertHashString(HashAlgorithmName.SHA256),
                StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The most specific one, or none.</summary>
    private static string? CommonName(X500DistinguishedName subject)
    {
        try
        {
            return subject.EnumerateRelativeDistinguishedNames()
                .Where(name => !name.HasMultipleElements && name.GetSingleElementType().Value == CommonNameId)
                .Select(name => name.GetSingleElementValue())
                .FirstOrDefault();
        }
        catch (CryptographicException)
        {
            // A name that is no name: TLS takes any certificate.
            return null;
        }
    }

    private bool DescendsFrom(X509CertificateEntry? entry, DateTimeOffset now)
    {
        using var signer = CertificateInfo.Read(entry?.Certificate);
        if (Certificate is null || signer is null || !IsSent(signer))
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(signer);
        chain.ChainPolicy.ExtraStore.AddRange(Intermediates.ToArray());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;

        // A signing certificate may itself be an intermediate one: then its own issuer is unknown, and nothing else may be wrong.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        return chain.Build(Certificate)
            && chain.ChainElements.Skip(1).Any(element => IsSame(element.Certificate, signer));
    }

    /// <summary>DPS wants the chain from the device up to the group's certificate; a root alone may be left out, as in TLS everywhere.</summary>
    private bool IsSent(X509Certificate2 signer) =>
        signer.SubjectName.RawData.AsSpan().SequenceEqual(signer.IssuerName.RawData) || Intermediates.Any(sent => IsSame(sent, signer));

    private static bool IsSame(X509Certificate2 one, X509Certificate2 other) => one.RawDataMemory.Span.SequenceEqual(other.RawDataMemory.Span);
}
