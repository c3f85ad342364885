using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.ServiceApi;

/// <summary>Certificates in enrollments: PEM or base64 of DER, from which DPS reads the info it shows.</summary>
internal static class CertificateInfo
{
    /// <summary>With the info of every certificate that can be read.</summary>
    public static Attestation Complete(Attestation attestation) => attestation.X509 is not { } x509
        ? attestation
        : attestation with
        {
            X509 = x509 with { ClientCertificates = Complete(x509.ClientCertificates), SigningCertificates = Complete(x509.SigningCertificates) },
        };

    /// <summary>What is wrong with a certificate of the attestation, if something is.</summary>
    public static string? Fault(Attestation attestation)
    {
        X509Certificates?[] pairs = [attestation.X509?.ClientCertificates, attestation.X509?.SigningCertificates];
        return pairs.SelectMany(pair => new[] { pair?.Primary, pair?.Secondary }).Any(IsUnreadable)
            ? "A certificate is neither PEM nor base64 of DER."
            : null;
    }

    /// <summary>The certificate, to be disposed of; <see langword="null"/> when it cannot be read.</summary>
    public static X509Certificate2? Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            return text.Contains("-----BEGIN", StringComparison.Ordinal)
                ? X509Certificate2.CreateFromPem(text)
                : X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text));
        }
        catch (Exception fault) when (fault is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsUnreadable(X509CertificateEntry? entry)
    {
        if (string.IsNullOrWhiteSpace(entry?.Certificate))
        {
            return false;
        }

        return InfoOf(entry.Certificate) is null;
    }

    private static X509Certificates? Complete(X509Certificates? pair) =>
        pair is null ? null : new X509Certificates(Complete(pair.Primary), Complete(pair.Secondary));

    private static X509CertificateEntry? Complete(X509CertificateEntry? entry) => InfoOf(entry?.Certificate) is { } info ? entry! with { Info = info } : entry;

    /// <summary>Null also where the bytes are a certificate's and what they say is none: a date that no calendar has is found when it is asked for.</summary>
    private static X509CertificateInfo? InfoOf(string? text)
    {
        using var certificate = Read(text);
        try
        {
            return certificate is null
                ? null
                : new X509CertificateInfo(certificate.Subject, certificate.GetCertHashString(HashAlgorithmName.SHA256), certificate.NotAfter.ToUniversalTime())
                {
                    Sha1Thumbprint = certificate.Thumbprint,
                    IssuerName = certificate.Issuer,
                    NotBeforeUtc = certificate.NotBefore.ToUniversalTime(),
                    SerialNumber = certificate.SerialNumber,
                    Version = certificate.Version,
                };
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}
