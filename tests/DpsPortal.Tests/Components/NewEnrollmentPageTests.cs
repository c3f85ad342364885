using Bunit;
using DpsPortal.Features.Instances;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.People;
using DpsPortal.Tests.Components.Fakes;
using Xunit;

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
}
