using System.Security.Authentication;
using Azure;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Tests.Services;

/// <summary>What a failed call says of the vault: whether to wait for it, and in which words of ours.</summary>
public sealed class VaultFaultTests
{
    [Theory]
    [InlineData(408, false, KeyAccessCause.VaultTimedOut)]
    [InlineData(429, false, KeyAccessCause.VaultThrottled)]
    [InlineData(500, false, KeyAccessCause.VaultFailed)]
    [InlineData(503, false, KeyAccessCause.VaultFailed)]
    [InlineData(504, false, KeyAccessCause.VaultTimedOut)]
    [InlineData(400, true, KeyAccessCause.RequestRejected)]
    [InlineData(401, true, KeyAccessCause.TokenUnavailable)]
    [InlineData(403, true, KeyAccessCause.DeniedOtherwise)]
    [InlineData(404, true, KeyAccessCause.KeyNotFound)]
    [InlineData(409, true, KeyAccessCause.RequestRejected)]
    public void A_status_is_an_answer_or_a_silence(int status, bool answered, KeyAccessCause cause)
    {
        var fault = VaultFault.Of(new RequestFailedException(status, "words of the vault", "Code", null), CancellationToken.None)!;

        Assert.Equal((answered, cause), (fault.Answered, fault.Cause));
        Assert.Equal(answered ? ServiceRefusals.VaultRefused : ServiceRefusals.VaultDidNotAnswer, fault.ToRefusal().Code);
        Assert.DoesNotContain("words of the vault", fault.ToRefusal().Arguments);
    }

    [Theory]
    [InlineData(403, "ForbiddenByFirewall", KeyAccessCause.FirewallDenied, ServiceRefusals.VaultFirewallRefused)]
    [InlineData(403, "ForbiddenByConnection", KeyAccessCause.FirewallDenied, ServiceRefusals.VaultFirewallRefused)]
    [InlineData(403, "ForbiddenByRbac", KeyAccessCause.RoleMissing, ServiceRefusals.VaultRoleRefused)]
    [InlineData(403, "AuthorizationFailed", KeyAccessCause.RoleMissing, ServiceRefusals.VaultRoleRefused)]
    [InlineData(403, "KeyDisabled", KeyAccessCause.VersionDisabled, ServiceRefusals.VaultRefused)]
    [InlineData(403, "SomethingNew", KeyAccessCause.DeniedOtherwise, ServiceRefusals.VaultRefused)]
    [InlineData(404, "VaultNotFound", KeyAccessCause.VaultNotFound, ServiceRefusals.VaultGone)]
    public void One_cause_has_one_refusal(int status, string code, KeyAccessCause cause, string refusal)
    {
        var fault = VaultFault.Of(new RequestFailedException(status, "words of the vault", code, null), CancellationToken.None)!;

        Assert.Equal((true, cause), (fault.Answered, fault.Cause));
        Assert.Equal((refusal, code), (fault.ToRefusal().Code, fault.ToRefusal().Arguments[0]));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public void A_proxys_page_is_no_answer_of_the_vault(int status)
    {
        var fault = VaultFault.Of(new RequestFailedException(status, "<html>"), CancellationToken.None)!;

        Assert.Equal((false, KeyAccessCause.VaultAnswerUnusable), (fault.Answered, fault.Cause));
    }

    [Fact]
    public void What_never_reached_the_vault_is_told_apart()
    {
        var refused = new RequestFailedException(0, "", new HttpRequestException());

        Assert.Equal(KeyAccessCause.VaultUnreachable, Cause(refused));
        Assert.Equal(KeyAccessCause.VaultUnreachable, Cause(new AggregateException(refused, refused)));
        Assert.Equal(KeyAccessCause.VaultUntrusted, Cause(new RequestFailedException(0, "", new HttpRequestException("", new AuthenticationException()))));
        Assert.Equal(KeyAccessCause.VaultTimedOut, Cause(new TaskCanceledException()));
        Assert.Equal(KeyAccessCause.TokenUnavailable, Cause(new TokenUnavailableException(new InvalidOperationException())));
    }

    [Fact]
    public void A_cancellation_that_was_asked_for_and_a_fault_of_ours_are_not_the_vaults()
    {
        Assert.Null(VaultFault.Of(new TaskCanceledException(), new CancellationToken(canceled: true)));
        Assert.Null(VaultFault.Of(new InvalidOperationException(), CancellationToken.None));
    }

    private static KeyAccessCause? Cause(Exception fault) => VaultFault.Of(fault, CancellationToken.None) is { Answered: false } silent ? silent.Cause : null;
}
