using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DpsPortal.Tests.Services;

/// <summary>Certificates made for a test, with their keys.</summary>
internal static class SomeCertificates
{
    public static readonly DateTimeOffset Begins = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="authority">Whether it may sign others.</param>
    public static X509Certificate2 Make(string name, DateTimeOffset? ends = null, bool authority = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, critical: true));
        return request.CreateSelfSigned(Begins, ends ?? Begins.AddYears(3));
    }

    public static string KeyOf(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    public static byte[] KeyBytesOf(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportECPrivateKey();
    }
}
