using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DpsPortal.Services;

namespace DpsPortal.Hosting;

/// <summary>What the other local systems need of the embedded vault.</summary>
/// <param name="Port">Where it listens on loopback.</param>
/// <param name="CertificateAuthority">Public certificate of the authority that signed its leaf.</param>
/// <param name="LoopbackCertificate">The leaf with its private key; the simulated DPS serves TLS with it, too. Null for who only calls the vault.</param>
internal sealed record LocalVaultEndpoint(int Port, X509Certificate2 CertificateAuthority, X509Certificate2? LoopbackCertificate = null)
{
    /// <summary>Of an embedded vault that another process of the same user runs on the same data folder.</summary>
    /// <exception cref="PortalStartRefusedException">It has not been started there yet.</exception>
    public static LocalVaultEndpoint Elsewhere(PortalSettings settings)
    {
        var folder = Path.Combine(settings.DataDirectory, "vault-ca");
        try
        {
            using var leaf = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "localhost.pem"), Path.Combine(folder, "localhost.pem"));
            using var authority = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "ca.pem"), Path.Combine(folder, "ca.pem"));
            return new LocalVaultEndpoint(
                settings.EmbeddedVaultUrl.Port,
                X509CertificateLoader.LoadCertificate(authority.RawData),
                X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new PortalStartRefusedException(
                $"The certificates of the embedded vault cannot be read from '{folder}'. " +
                "Start the vault first (dotnet run --project src/DpsPortal -- vault), with the same Portal:DataDirectory.");
        }
    }
}
