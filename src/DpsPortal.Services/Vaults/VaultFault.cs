using System.Security.Authentication;
using System.Text.Json;
using Azure;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Vaults;

/// <summary>
/// What a failed call of the portal's own to a vault or to its management says. Its wording never reaches people; cause and code do.
/// The cause is about the portal's identity and says nothing of an instance's.
/// </summary>
/// <param name="Answered">It answered and refused; otherwise it did not answer as a vault does, and may later.</param>
/// <param name="Code">The innermost error code, when it gave one.</param>
internal sealed record VaultFault(bool Answered, KeyAccessCause Cause, string? Code, int Status)
{
    /// <returns><see langword="null"/> for an exception that is not about a vault, a wanted cancellation included.</returns>
    public static VaultFault? Of(Exception fault, CancellationToken cancellationToken) => fault switch
    {
        _ when cancellationToken.IsCancellationRequested => null,
        TokenUnavailableException => Silent(KeyAccessCause.TokenUnavailable),
        RequestFailedException { Status: 0 } failed => Silent(CauseOf(failed)),
        RequestFailedException failed => OfAnswer(failed),
        AggregateException { InnerExceptions: [.., var last] } => Of(last, cancellationToken),
        OperationCanceledException or TimeoutException => Silent(KeyAccessCause.VaultTimedOut),
        HttpRequestException => Silent(CauseOf(fault)),
        _ => null,
    };

    public Refusal ToRefusal(string? field = null) => Answered
        ? new Refusal(Refused(), field, Code ?? Cause.ToString())
        : new Refusal(ServiceRefusals.VaultDidNotAnswer, field, Cause.ToString());

    /// <summary>One cause, one remedy.</summary>
    private string Refused() => Cause switch
    {
        KeyAccessCause.FirewallDenied => ServiceRefusals.VaultFirewallRefused,
        KeyAccessCause.RoleMissing => ServiceRefusals.VaultRoleRefused,
        KeyAccessCause.VaultNotFound => ServiceRefusals.VaultGone,
        _ => ServiceRefusals.VaultRefused,
    };

    private static VaultFault OfAnswer(RequestFailedException failed) => (failed.Status, InnermostCode(failed)) switch
    {
        (408 or 504, _) => Silent(KeyAccessCause.VaultTimedOut, failed.Status),
        (429, _) => Silent(KeyAccessCause.VaultThrottled, 429),
        ( >= 500, _) => Silent(KeyAccessCause.VaultFailed, failed.Status),
        // A proxy's page may carry any status; only the vault's own error form is its word.
        (_, null) => Silent(KeyAccessCause.VaultAnswerUnusable, failed.Status),
        (401, var code) => new VaultFault(true, KeyAccessCause.TokenUnavailable, code, 401),
        (404, "VaultNotFound") => new VaultFault(true, KeyAccessCause.VaultNotFound, "VaultNotFound", 404),
        (404, var code) => new VaultFault(true, KeyAccessCause.KeyNotFound, code, 404),
        // Azure Resource Manager's word for a role that is missing.
        (403, "AuthorizationFailed") => new VaultFault(true, KeyAccessCause.RoleMissing, "AuthorizationFailed", 403),
        (403, var code) => new VaultFault(true, VaultDenial.CauseOf(code), code, 403),
        (var status, var code) => new VaultFault(true, KeyAccessCause.RequestRejected, code, status),
    };

    private static VaultFault Silent(KeyAccessCause cause, int status = 0) => new(false, cause, null, status);

    private static KeyAccessCause CauseOf(Exception? fault)
    {
        for (; fault is not null; fault = fault.InnerException)
        {
            switch (fault)
            {
                case AuthenticationException:
                    return KeyAccessCause.VaultUntrusted;
                case OperationCanceledException or TimeoutException:
                    return KeyAccessCause.VaultTimedOut;
                case TokenUnavailableException:
                    return KeyAccessCause.TokenUnavailable;
                case JsonException or FormatException:
                    return KeyAccessCause.VaultAnswerUnusable;
                case InvalidOperationException and not ObjectDisposedException:
                    // A challenge that names another resource than the vault's: whoever answers is not the vault.
                    return KeyAccessCause.VaultUntrusted;
            }
        }

        return KeyAccessCause.VaultUnreachable;
    }

    /// <summary>The outer code is a family (<c>Forbidden</c>); what to do about it is in the innermost (<c>ForbiddenByRbac</c>).</summary>
    private static string? InnermostCode(RequestFailedException failed)
    {
        try
        {
            if (failed.GetRawResponse()?.Content is not { } content)
            {
                return failed.ErrorCode;
            }

            using var json = JsonDocument.Parse(content);
            var code = failed.ErrorCode;
            for (var error = json.RootElement.GetProperty("error"); error.ValueKind == JsonValueKind.Object;)
            {
                code = error.TryGetProperty("code", out var inner) ? inner.GetString() ?? code : code;
                if (!error.TryGetProperty("innererror", out error))
                {
                    break;
                }
            }

            return code;
        }
        catch (Exception unusable) when (unusable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return failed.ErrorCode;
        }
    }
}
