using AngleSharp.Dom;
using Bunit;
using DpsPortal.Features.Instances.Enrollments;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.People;
using DpsPortal.Tests.Components.Fakes;
using DpsPortal.Tests.Services;
using Microsoft.AspNetCore.Components.Forms;

namespace DpsPortal.Tests.Components;

public sealed class NewEnrollmentPageTests : PageTests
{
    public NewEnrollmentPageTests() => Role = PortalRole.DpsOperator;

    [Fact]
    public void While_access_is_revoked_it_says_so_before_anything_is_filled_in_and_not_once_it_is_back()
    {
        Fake.Instances.Add(Some.Instance(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.RoleMissing)));
        var page = Open<NewEnrollmentPage>(it => it.Add(its => its.Instance, "dps-contoso-prod"));

        Assert.Contains("dps-contoso-prod cannot be written now", Collapse(page.Find("[role=status]").TextContent), StringComparison.Ordinal);
        Assert.True(IsDisabled(Button(page, "Create")));

        Fake.Instances[0] = Some.Instance();
        Fake.Announce(PortalChangeKind.Instance, "dps-contoso-prod");

        page.WaitForAssertion(() => Assert.False(IsDisabled(Button(page, "Create"))));
        Assert.DoesNotContain("cannot be written", TextOf(page), StringComparison.Ordinal);
    }

    private IRenderedComponent<NewEnrollmentPage> OpenWithX509()
    {
        var page = Open<NewEnrollmentPage>(it => it.Add(its => its.Instance, "dps-contoso-prod"));
        page.Find("input[type=text]").Input("eg-norte");
        page.FindAll("input[name=attestation]")[1].Change(true);
        return page;
    }

    private static IElement Certificate(IRenderedComponent<NewEnrollmentPage> page) => page.Find("textarea");

    [Theory]
    [InlineData("garbage")]
    [InlineData("")]
    public void What_is_no_certificate_is_refused_at_the_field_before_anything_is_asked(string text)
    {
        var page = OpenWithX509();
        Certificate(page).Input(text);
        Button(page, "Create").Click();

        Assert.Contains("Certificate: this is none, or not a whole one.", TextOf(page), StringComparison.Ordinal);
        Assert.Empty(Fake.Calls);
    }

    [Fact]
    public void A_certificate_is_shown_with_what_it_says_and_two_are_created_as_primary_and_secondary()
    {
        using var north = SomeCertificates.Make("North");
        using var south = SomeCertificates.Make("South");
        var page = OpenWithX509();
        Certificate(page).Input($"{north.ExportCertificatePem()}\n{south.ExportCertificatePem()}");

        var text = TextOf(page);
        Assert.Contains("Primary certificate Subject CN=North Issuer CN=North Thumbprint (SHA-256)", text, StringComparison.Ordinal);
        Assert.Contains("Secondary certificate Subject CN=South", text, StringComparison.Ordinal);
        Assert.Contains("1 Jan 2026 – 1 Jan 2029", text, StringComparison.Ordinal);
        Button(page, "Create").Click();

        var signing = Assert.Single(Fake.PutGroups).Group.Attestation.X509!.SigningCertificates!;
        Assert.Equal((north.ExportCertificatePem(), south.ExportCertificatePem()), (signing.Primary!.Certificate, signing.Secondary!.Certificate));
        Assert.Equal(SomeCertificates.Begins.AddYears(3), signing.Primary.Info!.NotAfterUtc);
    }

    [Fact]
    public void An_expired_certificate_is_said_to_be()
    {
        using var old = SomeCertificates.Make("Old", Some.Now.AddDays(-1));
        var page = OpenWithX509();
        Certificate(page).Input(Convert.ToBase64String(old.RawData));

        Assert.Contains("This certificate expired on 22 Nov 2026", TextOf(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void For_a_group_a_certificate_that_may_sign_no_other_is_said_to_be_one(bool authority, bool warned)
    {
        using var given = SomeCertificates.Make("Given", authority: authority);
        var page = OpenWithX509();
        Certificate(page).Input(given.ExportCertificatePem());

        Assert.Equal(warned, TextOf(page).Contains("By its own words this certificate may not sign others", StringComparison.Ordinal));
    }

    [Fact]
    public void A_private_key_goes_out_of_the_field_again_and_is_nowhere_on_the_page()
    {
        using var north = SomeCertificates.Make("North");
        var key = SomeCertificates.KeyOf(north);
        var page = OpenWithX509();
        Certificate(page).Input(north.ExportCertificatePem() + "\n" + key);

        Assert.Contains("has a private key in it. It was not taken", TextOf(page), StringComparison.Ordinal);
        Assert.DoesNotContain(key.Split('\n')[1], page.Markup, StringComparison.Ordinal);
        Assert.True(string.IsNullOrEmpty(Certificate(page).GetAttribute("value")));
        Button(page, "Create").Click();
        Assert.Empty(Fake.Calls);

        // And once more, where the form has what it had before.
        Certificate(page).Input(key);
        Assert.DoesNotContain(key.Split('\n')[1], page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_taken_as_a_text_is_and_one_that_is_too_large_is_not_read()
    {
        using var north = SomeCertificates.Make("North");
        var page = OpenWithX509();
        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromBinary(north.RawData, "north.der"));
        page.WaitForAssertion(() => Assert.Contains("Subject CN=North", TextOf(page), StringComparison.Ordinal));
        Assert.Contains("BEGIN CERTIFICATE", Certificate(page).GetAttribute("value"), StringComparison.Ordinal);

        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromBinary(new byte[40_000], "north.der"));
        page.WaitForAssertion(() => Assert.Contains("It was not read.", TextOf(page), StringComparison.Ordinal));
    }
}
