using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Access;

/// <summary>
/// What a failed call to the vault says about access: a total function of the evidence. Only a 403 or 404 in the vault's
/// own error form means <see cref="KeyAccess.Revoked"/>; an outage, however it looks, never does.
/// </summary>
internal static class FailureClassifier
{
    public static AccessVerdict Judge(Exception failure) => failure switch
    {
        TokenUnavailableException token => Token(token),
        RequestFailedException { Status: > 0 } answered => Judge(VaultAnswer.Read(answered)),
        // Azure.Core gathers the failures of all tries; the last one is the freshest evidence.
        AggregateException { InnerExceptions: [.., var last] } => Judge(last),
        OperationCanceledException or TimeoutException => Unavailable(KeyAccessCause.VaultTimedOut),
        AuthenticationException => Unavailable(KeyAccessCause.VaultUntrusted),
        HttpRequestException http => Http(http),
        SocketException { SocketErrorCode: SocketError.TimedOut } => Unavailable(KeyAccessCause.VaultTimedOut),
        SocketException => Unavailable(KeyAccessCause.VaultUnreachable),
        JsonException or FormatException or CryptographicException => Unavailable(KeyAccessCause.VaultAnswerUnusable),
        // JSON of another shape than the vault's.
        InvalidOperationException { Source: { } source } when source.StartsWith("System.Text.Json", StringComparison.Ordinal) =>
            Unavailable(KeyAccessCause.VaultAnswerUnusable),
        // A challenge that names another resource than the vault's: whoever answers is not the vault.
        InvalidOperationException => Unavailable(KeyAccessCause.VaultUntrusted),
        { InnerException: { } inner } => Judge(inner),
        IOException => Unavailable(KeyAccessCause.VaultUnreachable),
        _ => Unavailable(KeyAccessCause.VaultAnswerUnusable),
    };

    public static AccessVerdict Judge(VaultAnswer answer) => answer switch
    {
        { Status: 403, Code: not null } => Denied(VaultDenial.CauseOf(answer.InnerCode), answer),
        { Status: 404, Code: "KeyNotFound" } => Denied(KeyAccessCause.KeyNotFound, answer),
        // Not a denial of the key: at Azure a deleted vault's name does not even resolve, which is an outage as well.
        { Status: 404, Code: "VaultNotFound" } => Unavailable(KeyAccessCause.VaultNotFound, answer),
        { Status: 408 or 504 } => Unavailable(KeyAccessCause.VaultTimedOut, answer),
        { Status: 429 } => Unavailable(KeyAccessCause.VaultThrottled, answer),
        { Status: >= 500 and <= 599 } => Unavailable(KeyAccessCause.VaultFailed, answer),
        { Status: 409, Code: not null } => Unavailable(KeyAccessCause.VaultFailed, answer),
        { Status: 400 or 401 or 405 or 410 or 415, Code: not null } => new(KeyAccess.Misconfigured, KeyAccessCause.RequestRejected, CodeOf(answer)),
        // HTML of a proxy, a redirect, a success that could not be read, a 404 of something that is no vault.
        _ => Unavailable(KeyAccessCause.VaultAnswerUnusable, answer),
    };

    private static AccessVerdict Token(TokenUnavailableException token) =>
        // The issuer answered and does not know the identity: waiting will not help. Never a word of the vault's.
        token.InnerException is RequestFailedException { Status: 400 or 401 or 403 or 404 }
            ? new AccessVerdict(KeyAccess.Misconfigured, KeyAccessCause.TokenUnavailable)
            : Unavailable(KeyAccessCause.TokenUnavailable);

    private static AccessVerdict Http(HttpRequestException http) => http switch
    {
        { InnerException: AuthenticationException } => Unavailable(KeyAccessCause.VaultUntrusted),
        // A handshake that the other side broke off says nothing about its certificate.
        { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: IOException or SocketException } =>
            Unavailable(KeyAccessCause.VaultUnreachable),
        { HttpRequestError: HttpRequestError.SecureConnectionError } => Unavailable(KeyAccessCause.VaultUntrusted),
        { InnerException: SocketException { SocketErrorCode: SocketError.TimedOut } or TimeoutException } => Unavailable(KeyAccessCause.VaultTimedOut),
        { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded } => Unavailable(KeyAccessCause.VaultAnswerUnusable),
        _ => Unavailable(KeyAccessCause.VaultUnreachable),
    };

    private static AccessVerdict Denied(KeyAccessCause cause, VaultAnswer answer) => new(KeyAccess.Revoked, cause, CodeOf(answer));

    private static AccessVerdict Unavailable(KeyAccessCause cause, VaultAnswer? answer = null) =>
        new(KeyAccess.Unavailable, cause, answer is null ? null : CodeOf(answer));

    private static string? CodeOf(VaultAnswer answer) => answer.InnerCode ?? answer.Code;
}
