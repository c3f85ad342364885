using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using CsCheck;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning;

/// <summary>Evidence and what it means: only the vault's own denial is a revoke.</summary>
public sealed class FailureClassifierTests
{
    private const string Html = "<html><body>Sign in to the network</body></html>";

    public static TheoryData<int, string?, string?, KeyAccess, KeyAccessCause, string?> Answers { get; } = new()
    {
        { 403, "Forbidden", "KeyDisabled", KeyAccess.Revoked, KeyAccessCause.VersionDisabled, "KeyDisabled" },
        { 403, "Forbidden", "ForbiddenByRbac", KeyAccess.Revoked, KeyAccessCause.RoleMissing, "ForbiddenByRbac" },
        { 403, "Forbidden", "ForbiddenByPolicy", KeyAccess.Revoked, KeyAccessCause.RoleMissing, "ForbiddenByPolicy" },
        { 403, "Forbidden", "AccessDenied", KeyAccess.Revoked, KeyAccessCause.RoleMissing, "AccessDenied" },
        { 403, "Forbidden", "ForbiddenByFirewall", KeyAccess.Revoked, KeyAccessCause.FirewallDenied, "ForbiddenByFirewall" },
        { 403, "Forbidden", "ForbiddenByConnection", KeyAccess.Revoked, KeyAccessCause.FirewallDenied, "ForbiddenByConnection" },
        { 403, "Forbidden", "KeyOperationForbidden", KeyAccess.Revoked, KeyAccessCause.OperationNotPermitted, "KeyOperationForbidden" },
        { 403, "Forbidden", "KeyExpired", KeyAccess.Revoked, KeyAccessCause.KeyExpired, "KeyExpired" },
        { 403, "Forbidden", "KeyNotYetValid", KeyAccess.Revoked, KeyAccessCause.KeyNotYetValid, "KeyNotYetValid" },
        { 403, "Forbidden", "SomethingNew", KeyAccess.Revoked, KeyAccessCause.DeniedOtherwise, "SomethingNew" },
        { 403, "Forbidden", null, KeyAccess.Revoked, KeyAccessCause.DeniedOtherwise, "Forbidden" },
        { 404, "KeyNotFound", null, KeyAccess.Revoked, KeyAccessCause.KeyNotFound, "KeyNotFound" },
        { 404, "VaultNotFound", null, KeyAccess.Unavailable, KeyAccessCause.VaultNotFound, "VaultNotFound" },
        { 403, null, null, KeyAccess.Unavailable, KeyAccessCause.VaultAnswerUnusable, null },
        { 404, null, null, KeyAccess.Unavailable, KeyAccessCause.VaultAnswerUnusable, null },
        { 408, null, null, KeyAccess.Unavailable, KeyAccessCause.VaultTimedOut, null },
        { 409, "Conflict", "ObjectIsBeingDeleted", KeyAccess.Unavailable, KeyAccessCause.VaultFailed, "ObjectIsBeingDeleted" },
        { 429, "Throttled", null, KeyAccess.Unavailable, KeyAccessCause.VaultThrottled, "Throttled" },
        { 429, null, null, KeyAccess.Unavailable, KeyAccessCause.VaultThrottled, null },
        { 500, "InternalServerError", null, KeyAccess.Unavailable, KeyAccessCause.VaultFailed, "InternalServerError" },
        { 500, "Forbidden", "KeyDisabled", KeyAccess.Unavailable, KeyAccessCause.VaultFailed, "KeyDisabled" },
        { 502, null, null, KeyAccess.Unavailable, KeyAccessCause.VaultFailed, null },
        { 503, null, null, KeyAccess.Unavailable, KeyAccessCause.VaultFailed, null },
        { 504, null, null, KeyAccess.Unavailable, KeyAccessCause.VaultTimedOut, null },
        { 599, null, null, KeyAccess.Unavailable, KeyAccessCause.VaultFailed, null },
        { 400, "BadParameter", null, KeyAccess.Misconfigured, KeyAccessCause.RequestRejected, "BadParameter" },
        { 401, "Unauthorized", null, KeyAccess.Misconfigured, KeyAccessCause.RequestRejected, "Unauthorized" },
        { 410, "Gone", null, KeyAccess.Misconfigured, KeyAccessCause.RequestRejected, "Gone" },
        { 400, null, null, KeyAccess.Unavailable, KeyAccessCause.VaultAnswerUnusable, null },
        { 401, null, null, KeyAccess.Unavailable, KeyAccessCause.VaultAnswerUnusable, null },
        { 200, null, null, KeyAccess.Unavailable, KeyAccessCause.VaultAnswerUnusable, null },
        { 302, null, null, KeyAccess.Unavailable, KeyAccessCause.VaultAnswerUnusable, null },
        { 451, null, null, KeyAccess.Unavailable, KeyAccessCause.VaultAnswerUnusable, null },
    };

    public static TheoryData<string, KeyAccess, KeyAccessCause> Failures { get; } = new()
    {
        { "refused connection", KeyAccess.Unavailable, KeyAccessCause.VaultUnreachable },
        { "unknown host", KeyAccess.Unavailable, KeyAccessCause.VaultUnreachable },
        { "socket", KeyAccess.Unavailable, KeyAccessCause.VaultUnreachable },
        { "socket timed out", KeyAccess.Unavailable, KeyAccessCause.VaultTimedOut },
        { "cancelled", KeyAccess.Unavailable, KeyAccessCause.VaultTimedOut },
        { "timeout", KeyAccess.Unavailable, KeyAccessCause.VaultTimedOut },
        { "tls", KeyAccess.Unavailable, KeyAccessCause.VaultUntrusted },
        { "certificate", KeyAccess.Unavailable, KeyAccessCause.VaultUntrusted },
        { "foreign challenge", KeyAccess.Unavailable, KeyAccessCause.VaultUntrusted },
        { "truncated answer", KeyAccess.Unavailable, KeyAccessCause.VaultAnswerUnusable },
        { "not json", KeyAccess.Unavailable, KeyAccessCause.VaultAnswerUnusable },
        { "wrong length", KeyAccess.Unavailable, KeyAccessCause.VaultAnswerUnusable },
        { "cryptography", KeyAccess.Unavailable, KeyAccessCause.VaultAnswerUnusable },
        { "io", KeyAccess.Unavailable, KeyAccessCause.VaultUnreachable },
        { "no token", KeyAccess.Unavailable, KeyAccessCause.TokenUnavailable },
        { "issuer says 404", KeyAccess.Misconfigured, KeyAccessCause.TokenUnavailable },
        { "issuer says 403", KeyAccess.Misconfigured, KeyAccessCause.TokenUnavailable },
        { "gathered tries", KeyAccess.Unavailable, KeyAccessCause.VaultUnreachable },
        { "wrapped by the pipeline", KeyAccess.Unavailable, KeyAccessCause.VaultUnreachable },
        { "a bug", KeyAccess.Unavailable, KeyAccessCause.VaultAnswerUnusable },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void An_answer_means(int status, string? code, string? inner, KeyAccess access, KeyAccessCause cause, string? vaultCode) =>
        Assert.Equal(new AccessVerdict(access, cause, vaultCode), FailureClassifier.Judge(new VaultAnswer(status, code, inner)));

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_failure_without_an_answer_means(string failure, KeyAccess access, KeyAccessCause cause) =>
        Assert.Equal(new AccessVerdict(access, cause), FailureClassifier.Judge(Failure(failure)));

    [Theory]
    [InlineData("""{"error":{"code":"Forbidden","innererror":{"code":"KeyDisabled"}}}""", "Forbidden", "KeyDisabled")]
    [InlineData("""{"error":{"code":"KeyNotFound","message":"x"}}""", "KeyNotFound", null)]
    [InlineData("""{"error":{"code":"","innererror":null}}""", null, null)]
    [InlineData("""{"error":"Forbidden"}""", null, null)]
    [InlineData("""["error"]""", null, null)]
    [InlineData("""{"error":{"code":"Forb""", null, null)]
    [InlineData(Html, null, null)]
    [InlineData("", null, null)]
    public void The_errors_form_is_read_or_not_at_all(string body, string? code, string? inner) =>
        Assert.Equal(new VaultAnswer(403, code, inner), VaultAnswer.Read(403, System.Text.Encoding.UTF8.GetBytes(body)));

    [Fact]
    public async Task A_proxys_page_with_the_status_of_a_denial_is_no_denial()
    {
        Assert.Equal(KeyAccess.Unavailable, (await ThroughTheClientAsync(() => FakeVault.Answer(HttpStatusCode.Forbidden, Html, "text/html"))).Access);
        Assert.Equal(KeyAccess.Unavailable, (await ThroughTheClientAsync(() => FakeVault.Answer(HttpStatusCode.NotFound, Html, "text/html"))).Access);
        Assert.Equal(KeyAccess.Revoked, (await ThroughTheClientAsync(() => FakeVault.Error(HttpStatusCode.Forbidden, "Forbidden", "KeyDisabled"))).Access);
    }

    [Fact]
    public void No_outage_ever_revokes_and_no_outage_ever_restores()
    {
        AccessVerdict[] harmless =
        [
            .. Answers.Select(row => row.Data).Where(row => row.Item4 != KeyAccess.Revoked).Select(row => new AccessVerdict(row.Item4, row.Item5, row.Item6)),
            AccessVerdict.Verified,
        ];
        Gen.Int[0, harmless.Length - 1].Array[1, 30].Sample(picks =>
        {
            var verdicts = picks.Select(pick => harmless[pick]).ToList();
            var state = Fresh(KeyAccess.Accessible);
            Assert.All(verdicts, verdict => Assert.False((state = state.After(verdict, state.SeenAt)).IsRevoked));
            Assert.Equal(1, state.Epoch);

            state = Fresh(KeyAccess.Revoked);
            Assert.All(verdicts.Where(verdict => !verdict.IsVerified), verdict => Assert.True((state = state.After(verdict, state.SeenAt)).IsRevoked));
            Assert.Equal((1, KeyAccessCause.VersionDisabled), (state.Epoch, state.Cause));
        });
    }

    [Fact]
    public void What_an_unanswered_question_leaves_standing_keeps_its_time_and_what_is_seen_again_gets_a_new_one()
    {
        var denied = new AccessVerdict(KeyAccess.Revoked, KeyAccessCause.VersionDisabled, "KeyDisabled");
        var first = Fresh(KeyAccess.Accessible) with { IsAnswered = true };
        var (at, later, last) = (first.SeenAt.AddMinutes(1), first.SeenAt.AddMinutes(2), first.SeenAt.AddMinutes(3));

        var state = first.After(denied, at).After(new AccessVerdict(KeyAccess.Unavailable, KeyAccessCause.VaultTimedOut), later);
        Assert.Equal((at, later, KeyAccessCause.VaultTimedOut, KeyAccessCause.VersionDisabled), (state.SeenAt, state.AskedAt, state.Unanswered, state.Cause));

        state = state.After(denied, last);
        Assert.Equal((last, last, KeyAccessCause.None, at), (state.SeenAt, state.AskedAt, state.Unanswered, state.Since));
    }

    [Fact]
    public void A_denial_and_the_way_back_each_open_an_epoch()
    {
        var denied = new AccessVerdict(KeyAccess.Revoked, KeyAccessCause.VersionDisabled, "KeyDisabled");
        var state = Fresh(KeyAccess.Accessible);

        state = state.After(denied, state.SeenAt);
        Assert.Equal((KeyAccess.Revoked, 2L), (state.Access, state.Epoch));
        state = state.After(denied with { Cause = KeyAccessCause.RoleMissing }, state.SeenAt);
        Assert.Equal((KeyAccessCause.RoleMissing, 2L), (state.Cause, state.Epoch));
        state = state.After(AccessVerdict.Verified, state.SeenAt);
        Assert.Equal((KeyAccess.Accessible, 3L), (state.Access, state.Epoch));
    }

    [Fact]
    public void Probes_grow_to_half_a_minute_and_no_further()
    {
        var state = Fresh(KeyAccess.Unavailable);
        var poll = TimeSpan.FromMinutes(5);
        Assert.Equal([1, 2, 4, 8, 16, 30, 30], Enumerable.Range(1, 7).Select(failures => (int)state.NextCheckIn(poll, failures).TotalSeconds));
        Assert.Equal(AccessState.LongestProbe, state.NextCheckIn(poll, 1_000_000));
        Assert.Equal(poll, Fresh(KeyAccess.Degraded).NextCheckIn(poll, 0));
    }

    private static AccessState Fresh(KeyAccess access) =>
        new(
            access, access == KeyAccess.Revoked ? KeyAccessCause.VersionDisabled : KeyAccessCause.None, null, 1, DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch);

    private static async Task<AccessVerdict> ThroughTheClientAsync(Func<HttpResponseMessage> answer)
    {
        var vault = new FakeVault();
        var key = vault.AddKey();
        vault.Intercept = request => request.Headers.Authorization is null ? null : answer();
        var reply = await new KeyVaults(vault.Access, TimeProvider.System, FailureClassifier.Judge)
            .GetKeyAsync(RunningDps.Identity(), key, CancellationToken.None);
        return Assert.IsType<VaultReply<Azure.Security.KeyVault.Keys.KeyVaultKey>.Failed>(reply).Verdict;
    }

    private static Exception Failure(string name) => name switch
    {
        "refused connection" => new HttpRequestException(HttpRequestError.ConnectionError, "x", new SocketException((int)SocketError.ConnectionRefused)),
        "unknown host" => new HttpRequestException(HttpRequestError.NameResolutionError, "x", new SocketException((int)SocketError.HostNotFound)),
        "socket" => new SocketException((int)SocketError.ConnectionReset),
        "socket timed out" => new HttpRequestException(HttpRequestError.ConnectionError, "x", new SocketException((int)SocketError.TimedOut)),
        "cancelled" => new TaskCanceledException(),
        "timeout" => new TimeoutException(),
        "tls" => new HttpRequestException(HttpRequestError.SecureConnectionError),
        "certificate" => new HttpRequestException("x", new AuthenticationException("expired")),
        "foreign challenge" => new InvalidOperationException("The challenge resource does not match."),
        "truncated answer" => new HttpRequestException(HttpRequestError.ResponseEnded),
        "not json" => new JsonException(),
        "wrong length" => new FormatException(),
        "cryptography" => new CryptographicException(),
        "io" => new IOException(),
        "no token" => new TokenUnavailableException(new HttpRequestException(HttpRequestError.ConnectionError)),
        "issuer says 404" => new TokenUnavailableException(new RequestFailedException(404, "no such identity")),
        "issuer says 403" => new TokenUnavailableException(new RequestFailedException(403, "identity disabled")),
        "gathered tries" =>
            new AggregateException(new TimeoutException(), new RequestFailedException("x", new HttpRequestException(HttpRequestError.ConnectionError))),
        "wrapped by the pipeline" => new RequestFailedException("x", new SocketException((int)SocketError.NetworkUnreachable)),
        _ => new ArgumentException("x"),
    };
}
