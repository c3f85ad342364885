using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.ServiceApi;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>A certificate in an enrollment is refused or read, wherever a byte of it is another one than it was.</summary>
public sealed class DamagedCertificateTests
{
    [Fact]
    public void Of_a_certificate_with_one_byte_changed_either_all_can_be_read_or_it_is_refused()
    {
        var intact = TestCertificates.Authority("root").RawData;
        var refused = 0;
        for (var at = 0; at < intact.Length; at++)
        {
            foreach (var change in (byte[])[0x01, 0x04, 0x80, 0xFF])
            {
                var damaged = intact.ToArray();
                damaged[at] ^= change;
                refused += IsRefused(Convert.ToBase64String(damaged)) ? 1 : 0;
            }
        }

        Assert.False(IsRefused(Convert.ToBase64String(intact)));
        Assert.InRange(refused, 100, 4 * intact.Length);
    }

    [Theory]
    [InlineData("-----BEGIN CERTIFICATE-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\n\u00e9\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    [InlineData("AAAA")]
    [InlineData("\u0000")]
    public void What_is_no_certificate_is_refused(string text) => Assert.True(IsRefused(text));

    private static bool IsRefused(string certificate)
    {
        var attestation = new Attestation(
            "x509", X509: new X509Attestation(SigningCertificates: new X509Certificates(new X509CertificateEntry(certificate), null)));
        var refused = CertificateInfo.Fault(attestation) is not null;
        var read = CertificateInfo.Complete(attestation).X509!.SigningCertificates!.Primary!.Info;
        Assert.Equal(refused, read is null);
        return refused;
    }
}
