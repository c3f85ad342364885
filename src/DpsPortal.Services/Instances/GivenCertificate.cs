using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Instances;

/// <summary>A certificate as somebody gave it for an enrollment, with what it says of itself.</summary>
/// <param name="Pem">As it is put into the enrollment, whatever form it came in.</param>
/// <param name="Thumbprint">SHA-256, hexadecimal.</param>
public sealed record GivenCertificate(
    string Pem, string Subject, string Issuer, string Thumbprint, string Sha1Thumbprint, string SerialNumber, int Version, DateTimeOffset NotBefore,
    DateTimeOffset NotAfter)
{
    /// <summary>Whether it may sign others: without that, no device's certificate that it signed is accepted (RFC 5280, 4.2.1.9).</summary>
    public bool IsAuthority { get; init; } = true;

    /// <summary>With the info that DPS's service API adds by itself.</summary>
    public X509CertificateEntry ToEntry() => new(Pem, new X509CertificateInfo(Subject, Thumbprint, NotAfter)
    {
        Sha1Thumbprint = Sha1Thumbprint, IssuerName = Issuer, NotBeforeUtc = NotBefore, SerialNumber = SerialNumber, Version = Version,
    });
}
