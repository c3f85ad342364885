using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Campaigns;

/// <summary>One kind of answer to an unwrap, or of its absence, with what it says about access.</summary>
internal sealed record VaultAnswerKind(string Name, KeyAccess Access, KeyAccessCause Cause, Func<HttpResponseMessage> Answer)
{
    public override string ToString() => Name;
}

/// <summary>Everything that may come back instead of the unwrapped key, from the vault, from the network, or from something in between.</summary>
internal static class VaultAnswers
{
    private const string Page = "<html><body>Sign in to the network</body></html>";

    public static IReadOnlyList<VaultAnswerKind> All { get; } =
    [
        .. Denials(),
        .. Refusals(),
        .. Troubles(),
        .. Nonsense(),
        .. Absences(),
    ];

    /// <summary>Those that are no word of the vault about the access.</summary>
    public static IReadOnlyList<VaultAnswerKind> Outages { get; } = [.. All.Where(kind => kind.Access != KeyAccess.Revoked)];

    private static IEnumerable<VaultAnswerKind> Denials() =>
    [
        Denial("KeyDisabled", KeyAccessCause.VersionDisabled),
        Denial("ForbiddenByRbac", KeyAccessCause.RoleMissing),
        Denial("ForbiddenByPolicy", KeyAccessCause.RoleMissing),
        Denial("AccessDenied", KeyAccessCause.RoleMissing),
        Denial("ForbiddenByFirewall", KeyAccessCause.FirewallDenied),
        Denial("ForbiddenByConnection", KeyAccessCause.FirewallDenied),
        Denial("KeyOperationForbidden", KeyAccessCause.OperationNotPermitted),
        Denial("KeyExpired", KeyAccessCause.KeyExpired),
        Denial("KeyNotYetValid", KeyAccessCause.KeyNotYetValid),
        Denial("SomethingNew", KeyAccessCause.DeniedOtherwise),
        new("403 without an inner code", KeyAccess.Revoked, KeyAccessCause.DeniedOtherwise, () => FakeVault.Error(HttpStatusCode.Forbidden, "Forbidden")),
        new("404 of the key", KeyAccess.Revoked, KeyAccessCause.KeyNotFound, () => FakeVault.Error(HttpStatusCode.NotFound, "KeyNotFound")),
    ];

    private static IEnumerable<VaultAnswerKind> Refusals() =>
    [
        new("400 with a code", KeyAccess.Misconfigured, KeyAccessCause.RequestRejected, () => FakeVault.Error(HttpStatusCode.BadRequest, "BadParameter")),
        new("401 for ever", KeyAccess.Misconfigured, KeyAccessCause.RequestRejected, () => FakeVault.Error(HttpStatusCode.Unauthorized, "Unauthorized")),
        new(
            "405 with a code",
            KeyAccess.Misconfigured,
            KeyAccessCause.RequestRejected,
            () => FakeVault.Error(HttpStatusCode.MethodNotAllowed, "MethodNotAllowed")),
        new("410 with a code", KeyAccess.Misconfigured, KeyAccessCause.RequestRejected, () => FakeVault.Error(HttpStatusCode.Gone, "Gone")),
        new(
            "415 with a code",
            KeyAccess.Misconfigured,
            KeyAccessCause.RequestRejected,
            () => FakeVault.Error(HttpStatusCode.UnsupportedMediaType, "BadMediaType")),
    ];

    private static IEnumerable<VaultAnswerKind> Troubles() =>
    [
        Unavailable("404 of the vault", KeyAccessCause.VaultNotFound, () => FakeVault.Error(HttpStatusCode.NotFound, "VaultNotFound")),
        Unavailable("409 while being deleted", KeyAccessCause.VaultFailed, () => FakeVault.Error(HttpStatusCode.Conflict, "Conflict", "ObjectIsBeingDeleted")),
        Unavailable("408", KeyAccessCause.VaultTimedOut, () => FakeVault.Answer(HttpStatusCode.RequestTimeout, "")),
        Unavailable("429", KeyAccessCause.VaultThrottled, () => FakeVault.Error(HttpStatusCode.TooManyRequests, "Throttled")),
        Unavailable("429 for a second", KeyAccessCause.VaultThrottled, () => Advising(HttpStatusCode.TooManyRequests, "1")),
        Unavailable("429 for ages", KeyAccessCause.VaultThrottled, () => Advising(HttpStatusCode.TooManyRequests, "1000000000000")),
        Unavailable("429 until a date", KeyAccessCause.VaultThrottled, () => Advising(HttpStatusCode.TooManyRequests, "Mon, 02 Mar 2026 08:00:20 GMT")),
        Unavailable("429 with nonsense", KeyAccessCause.VaultThrottled, () => Advising(HttpStatusCode.TooManyRequests, "soon")),
        Unavailable("500", KeyAccessCause.VaultFailed, () => FakeVault.Error(HttpStatusCode.InternalServerError, "InternalServerError")),
        Unavailable(
            "500 that talks of a disabled key",
            KeyAccessCause.VaultFailed,
            () => FakeVault.Error(HttpStatusCode.InternalServerError, "Forbidden", "KeyDisabled")),
        Unavailable("501", KeyAccessCause.VaultFailed, () => FakeVault.Answer(HttpStatusCode.NotImplemented, "")),
        Unavailable("502", KeyAccessCause.VaultFailed, () => FakeVault.Answer(HttpStatusCode.BadGateway, Page, "text/html")),
        Unavailable("503", KeyAccessCause.VaultFailed, () => FakeVault.Answer(HttpStatusCode.ServiceUnavailable, "")),
        Unavailable("503 for ten seconds", KeyAccessCause.VaultFailed, () => Advising(HttpStatusCode.ServiceUnavailable, "10")),
        Unavailable("504", KeyAccessCause.VaultTimedOut, () => FakeVault.Answer(HttpStatusCode.GatewayTimeout, "")),
    ];

    private static IEnumerable<VaultAnswerKind> Nonsense() =>
    [
        Unavailable("a page instead of an answer", KeyAccessCause.VaultAnswerUnusable, () => FakeVault.Answer(HttpStatusCode.OK, Page, "text/html")),
        Unavailable("a page with 403", KeyAccessCause.VaultAnswerUnusable, () => FakeVault.Answer(HttpStatusCode.Forbidden, Page, "text/html")),
        Unavailable("a page with 404", KeyAccessCause.VaultAnswerUnusable, () => FakeVault.Answer(HttpStatusCode.NotFound, Page, "text/html")),
        Unavailable(
            "a denial of another content type",
            KeyAccessCause.VaultAnswerUnusable,
            () => FakeVault.Answer(HttpStatusCode.Forbidden, """{"error":{"code":"Forbidden"}}""", "text/plain")),
        Unavailable("a denial cut off", KeyAccessCause.VaultAnswerUnusable, () => FakeVault.Answer(HttpStatusCode.Forbidden, """{"error":{"code":"Forb""")),
        Unavailable(
            "a denial of another form", KeyAccessCause.VaultAnswerUnusable, () => FakeVault.Answer(HttpStatusCode.Forbidden, """{"message":"Forbidden"}""")),
        Unavailable("a redirect", KeyAccessCause.VaultAnswerUnusable, () => FakeVault.Answer(HttpStatusCode.Redirect, "")),
        Unavailable("451", KeyAccessCause.VaultAnswerUnusable, () => FakeVault.Answer(HttpStatusCode.UnavailableForLegalReasons, Page, "text/html")),
        Unavailable("418", KeyAccessCause.VaultAnswerUnusable, () => FakeVault.Answer((HttpStatusCode)418, "")),
        Unavailable("an empty answer", KeyAccessCause.VaultAnswerUnusable, () => FakeVault.Answer(HttpStatusCode.OK, "")),
        Unavailable("an answer cut off", KeyAccessCause.VaultAnswerUnusable, () => FakeVault.Answer(HttpStatusCode.OK, """{"kid":"x","value":"AA""")),
        Unavailable("an answer without a value", KeyAccessCause.VaultAnswerUnusable, () => FakeVault.Answer(HttpStatusCode.OK, "{}")),
        Unavailable("an answer that is a list", KeyAccessCause.VaultAnswerUnusable, () => FakeVault.Answer(HttpStatusCode.OK, "[]")),
        Unavailable("a value that is no base64url", KeyAccessCause.VaultAnswerUnusable, () => Value("***")),
        Unavailable("a key of 16 bytes", KeyAccessCause.VaultAnswerUnusable, () => Value(System.Buffers.Text.Base64Url.EncodeToString(new byte[16]))),
        Unavailable("a key of 33 bytes", KeyAccessCause.VaultAnswerUnusable, () => Value(System.Buffers.Text.Base64Url.EncodeToString(new byte[33]))),
        new(
            "another valid key",
            KeyAccess.Misconfigured,
            KeyAccessCause.AnotherKeyAnswered,
            () => Value(System.Buffers.Text.Base64Url.EncodeToString(new byte[32]))),
    ];

    private static IEnumerable<VaultAnswerKind> Absences() =>
    [
        Absent(
            "a refused connection",
            KeyAccessCause.VaultUnreachable,
            () => new HttpRequestException(HttpRequestError.ConnectionError, "x", new SocketException((int)SocketError.ConnectionRefused))),
        Absent(
            "an unknown host",
            KeyAccessCause.VaultUnreachable,
            () => new HttpRequestException(HttpRequestError.NameResolutionError, "x", new SocketException((int)SocketError.HostNotFound))),
        Absent("a reset connection", KeyAccessCause.VaultUnreachable, () => new IOException("x", new SocketException((int)SocketError.ConnectionReset))),
        Absent(
            "a connection that times out",
            KeyAccessCause.VaultTimedOut,
            () => new HttpRequestException(HttpRequestError.ConnectionError, "x", new SocketException((int)SocketError.TimedOut))),
        Absent("no answer in time", KeyAccessCause.VaultTimedOut, () => new TaskCanceledException()),
        Absent("a certificate of somebody else", KeyAccessCause.VaultUntrusted, () => new HttpRequestException(HttpRequestError.SecureConnectionError)),
        Absent(
            "a handshake broken off",
            KeyAccessCause.VaultUnreachable,
            () => new HttpRequestException(HttpRequestError.SecureConnectionError, "x", new IOException("Unexpected EOF."))),
        Absent("an expired certificate", KeyAccessCause.VaultUntrusted, () => new HttpRequestException("x", new AuthenticationException("expired"))),
        Absent("an answer that breaks off", KeyAccessCause.VaultAnswerUnusable, () => new HttpRequestException(HttpRequestError.ResponseEnded)),
    ];

    private static VaultAnswerKind Denial(string inner, KeyAccessCause cause) =>
        new($"403 {inner}", KeyAccess.Revoked, cause, () => FakeVault.Error(HttpStatusCode.Forbidden, "Forbidden", inner));

    private static VaultAnswerKind Unavailable(string name, KeyAccessCause cause, Func<HttpResponseMessage> answer) =>
        new(name, KeyAccess.Unavailable, cause, answer);

    private static VaultAnswerKind Absent(string name, KeyAccessCause cause, Func<Exception> failure) =>
        new(name, KeyAccess.Unavailable, cause, () => throw failure());

    private static HttpResponseMessage Value(string value) => FakeVault.Answer(HttpStatusCode.OK, $$"""{"kid":"x","value":"{{value}}"}""");

    private static HttpResponseMessage Advising(HttpStatusCode status, string retryAfter)
    {
        var answer = FakeVault.Error(status, "Busy");
        answer.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return answer;
    }
}
