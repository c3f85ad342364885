using System.Globalization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Http;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Settings;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.Provisioning.SharedAccess;

/// <summary>Who calls the service API: a token signed by a key of one of the instance's shared access policies.</summary>
internal sealed class ServiceAuthorization(InstanceSettings settings, TimeProvider systemClock)
{
    private const int KeySize = 32;
    private const int HttpsPort = 443;

    /// <returns>The caller, or why it is refused.</returns>
    public (Caller? Caller, DpsError? Refusal) Authorize(LoadedInstance instance, HostString host, string header, AccessRights needed)
    {
        if (header.Length == 0)
        {
            return (null, DpsError.Unauthorized("The request has no Authorization header. Send a shared access signature of one of the instance's policies."));
        }

        if (SharedAccessSignature.Parse(header) is not { } token)
        {
            return (
                null,
                DpsError.Unauthorized(
                    "The Authorization header is no shared access signature: SharedAccessSignature sr={host}&sig={signature}&se={expiry}&skn={policy}."));
        }

        // An unknown policy is checked like a known one, and neither answer nor time tells them apart.
        var policy = settings.FindPolicy(instance, token.KeyName);
        if (!IsSigned(instance, policy, token))
        {
            return (null, DpsError.Unauthorized("The shared access signature is not valid for this instance: check the policy's name (skn) and its key."));
        }

        return Judge(token, policy!, host, needed) is { } refusal
            ? (null, refusal)
            : (new Caller($"policy:{policy!.Name}", policy.Name), null);
    }

    private static bool IsSigned(LoadedInstance instance, StoredPolicy? policy, SharedAccessSignature token)
    {
        Span<byte> primary = stackalloc byte[KeySize];
        Span<byte> secondary = stackalloc byte[KeySize];
        var opened = SealedPolicyKeys.TryOpen(instance.PlatformKey, policy?.Name ?? "", policy?.SealedKeys ?? [], primary, secondary);
        var signed = token.IsSignedBy(primary) | token.IsSignedBy(secondary);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(primary);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(secondary);
        return opened & signed;
    }

    private DpsError? Judge(SharedAccessSignature token, StoredPolicy policy, HostString host, AccessRights needed)
    {
        if (token.Expires <= systemClock.GetUtcNow())
        {
            return DpsError.Unauthorized(
                $"The shared access signature expired at {token.Expires:u}. Make a new one; if it is new, check the clock of the machine that made it.");
        }

        if (!IsFor(token.Resource, host))
        {
            return DpsError.Unauthorized(
                $"The shared access signature is for another resource (sr). For this instance it must be {host.Host}, or {WithPort(host)}.");
        }

        return (policy.Rights & needed) == needed
            ? null
            : DpsError.Unauthorized($"The policy {policy.Name} lacks the right {needed}. Use a policy that has it, or add it to this one.");
    }

    /// <summary>The host that was called. The clients for Java and the command line sign what the connection string says, the port included.</summary>
    private static bool IsFor(string resource, HostString host) =>
        string.Equals(resource, host.Host, StringComparison.OrdinalIgnoreCase) || string.Equals(resource, WithPort(host), StringComparison.OrdinalIgnoreCase);

    private static string WithPort(HostString host) => string.Create(CultureInfo.InvariantCulture, $"{host.Host}:{host.Port ?? HttpsPort}");
}
