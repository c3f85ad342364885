using System.Security.Cryptography.X509Certificates;

namespace DpsPortal.Provisioning.Traffic;

/// <summary>The certificate with which the protocols are served; none when they are not.</summary>
internal sealed record ServedCertificate(Task<X509Certificate2>? Certificate);
