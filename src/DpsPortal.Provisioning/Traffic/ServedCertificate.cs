using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Provisioning.Traffic;

/// <summary>The certificate with which the protocols are served; none when they are not.</summary>
internal sealed record ServedCertificate(Task<X509Certificate2>? Certificate);
