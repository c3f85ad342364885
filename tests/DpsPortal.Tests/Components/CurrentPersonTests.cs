using System.Security.Claims;
using DpsPortal.Common;
using DpsPortal.Services.People;

namespace DpsPortal.Tests.Components;

public sealed class CurrentPersonTests
{
    private static ClaimsPrincipal Principal(params (string Type, string Value)[] claims) =>
        new(new ClaimsIdentity(claims.Select(claim => new Claim(claim.Type, claim.Value)), "test", "name", "roles"));

    [Fact]
    public void One_role_makes_a_person() =>
        Assert.Equal(new Person("7", "Ada", PortalRole.Auditor), CurrentPerson.From(Principal(("oid", "7"), ("name", "Ada"), ("roles", "Auditor"))));

    [Fact]
    public void Two_roles_make_none() => Assert.Null(CurrentPerson.From(Principal(("oid", "7"), ("roles", "Auditor"), ("roles", "KeyCustodian"))));

    [Fact]
    public void No_role_makes_none() => Assert.Null(CurrentPerson.From(Principal(("oid", "7"), ("roles", "Reader"))));

    [Fact]
    public void A_name_does_not_identify_anybody() => Assert.Null(CurrentPerson.From(Principal(("name", "Ada"), ("roles", "Auditor"))));
}
