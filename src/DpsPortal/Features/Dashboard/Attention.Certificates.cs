using DpsPortal.Services.Instances;
using DpsPortal.Shell;

namespace DpsPortal.Features.Dashboard;

// Certificates by which devices register, as keys that expire: for the same number of days before.
public sealed partial record Attention
{
    /// <summary>Of a certificate: when it ends.</summary>
    public DateTimeOffset? EndsAt { get; private init; }

    private static IEnumerable<Attention> OfCertificates(IReadOnlyList<GroupCertificate> certificates, DateTimeOffset now) =>
        from certificate in certificates
        where certificate.NotAfter - now <= ExpiresSoon
        let kind = certificate.NotAfter <= now ? AttentionKind.CertificateExpired : AttentionKind.CertificateExpiresSoon
        select new Attention(kind, certificate.Group, certificate.Instance, Addresses.Enrollments(certificate.Instance)) { EndsAt = certificate.NotAfter };
}
