using System.Security.Cryptography.X509Certificates;
using System.Text;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

public sealed class GivenCertificatesTests
{
    private static readonly X509Certificate2 North = SomeCertificates.Make("North");
    private static readonly X509Certificate2 South = SomeCertificates.Make("South");

    private static string Pem => North.ExportCertificatePem();

    public static TheoryData<string, string> Accepted => new()
    {
        { "as PEM", Pem },
        { "with CRLF", Pem.ReplaceLineEndings("\r\n") },
        { "with a byte order mark", "\uFEFF" + Pem },
        { "with the words that openssl writes before it", "subject=CN = North\nissuer=CN = North\n" + Pem + "\n\n" },
        { "as base64 of DER", Convert.ToBase64String(North.RawData) },
        { "as base64 of DER in lines", Convert.ToBase64String(North.RawData, Base64FormattingOptions.InsertLineBreaks) },
        { "twice", Pem + "\n" + Pem },
    };

    public static TheoryData<string, string> NoCertificates => new()
    {
        { "garbage", "garbage" },
        { "words", "this is not a certificate" },
        { "base64 of something else", Convert.ToBase64String(Encoding.UTF8.GetBytes("something else")) },
        { "a certificate that was cut off", Pem[..(Pem.Length / 2)] },
        { "a certificate and one that was cut off", Pem + "\n" + Pem[..(Pem.Length / 2)] },
        { "PEM of something else", "-----BEGIN CERTIFICATE-----\nc29tZXRoaW5nIGVsc2U=\n-----END CERTIFICATE-----" },
        { "a public key", North.PublicKey.GetECDsaPublicKey()!.ExportSubjectPublicKeyInfoPem() },
        { "nothing", " " },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void A_certificate_is_taken_in_every_form_that_people_have_it_in(string form, string text)
    {
        var given = Assert.Single(GivenCertificates.Read(text).Value());

        Assert.True(given.Pem == Pem, form);
        Assert.Equal(
            ("CN=North", "CN=North", North.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256)),
            (given.Subject, given.Issuer, given.Thumbprint));
        Assert.Equal((SomeCertificates.Begins, SomeCertificates.Begins.AddYears(3)), (given.NotBefore, given.NotAfter));
    }

    [Theory]
    [MemberData(nameof(NoCertificates))]
    public void What_is_no_certificate_is_refused(string what, string text) =>
        Assert.True(GivenCertificates.Read(text).Refusal() is { Code: ServiceRefusals.CertificateUnreadable, Field: "Attestation" }, what);

    [Fact]
    public void Two_are_a_primary_and_a_secondary_in_their_order_and_three_are_too_many()
    {
        var south = South.ExportCertificatePem();

        Assert.Equal(["CN=South", "CN=North"], GivenCertificates.Read(south + Pem).Value().Select(given => given.Subject));

        var refusal = GivenCertificates.Read(south + Pem + SomeCertificates.Make("East").ExportCertificatePem()).Refusal();
        Assert.Equal(ServiceRefusals.CertificatesTooMany, refusal.Code);
        Assert.Equal(["3", "2"], refusal.Arguments);
    }

    [Fact]
    public void A_private_key_is_refused_in_every_form_and_nothing_of_it_is_in_the_answer()
    {
        var key = SomeCertificates.KeyOf(North);
        string[] texts = [
            key, Pem +
                "\n" +
                key, key.Replace("PRIVATE", "EC PRIVATE", StringComparison.Ordinal), Convert.ToBase64String(SomeCertificates.KeyBytesOf(North)), "\uFEFF" +
                key.ReplaceLineEndings("\r\n"),
        ];
        byte[][] files = [Encoding.UTF8.GetBytes(key), SomeCertificates.KeyBytesOf(North), North.Export(X509ContentType.Pfx)];

        Assert.All(texts.Select(GivenCertificates.Read).Concat(files.Select(GivenCertificates.Read)), read =>
        {
            Assert.Equal(ServiceRefusals.CertificateHasPrivateKey, read.Refusal().Code);
            Assert.Empty(read.Refusal().Arguments);
        });
    }

    [Fact]
    public void A_file_may_be_text_of_any_encoding_or_DER()
    {
        byte[][] files = [
            North.RawData, Encoding.UTF8.GetBytes(Pem), [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Pem)], [
                .. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Pem),
            ],
        ];

        Assert.All(files, file => Assert.Equal("CN=North", Assert.Single(GivenCertificates.Read(file).Value()).Subject));
        Assert.Equal(ServiceRefusals.CertificateUnreadable, GivenCertificates.Read([0x30, 0x82, 1, 2, 3]).Refusal().Code);
    }
}
