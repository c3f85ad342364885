using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Http;

/// <summary>A failure in DPS's form (ProvisioningServiceErrorDetails): a six-digit code whose first three are the status.</summary>
/// <remarks>
/// Microsoft publishes no list. Seen in its logs and clients: 401002, 404201, 404202, 400004, 400207. The others are simulated, and
/// those for want of the key are <see cref="KeyRejection"/>'s.
/// </remarks>
internal sealed record DpsError(int Code, string Message, IReadOnlyDictionary<string, string>? Info = null, TimeSpan? RetryAfter = null)
{
    public const int CustomAllocationFailed = 400207;
    public const int NoHub = 400208;

    public int Status => Code / 1000;

    public static DpsError BadRequest(string message) => new(400001, message);

    /// <summary>An id or a definition that is against the rules for it.</summary>
    public static DpsError Invalid(string message) => new(400004, message);

    public static DpsError LimitReached(string message) => new(400010, message);

    public static DpsError Unauthorized(string message) => new(401002, message);

    public static DpsError UnknownHost(string host) =>
        new(404001, $"There is no DPS instance at {host}. The service API of an instance is at https://{DpsHostNames.OfService("{instance}")}.");

    public static DpsError UnknownScope(string idScope) =>
        new(404001, $"There is no DPS instance with the ID scope '{idScope}'. Compare it with the ID scope on the instance's page.");

    public static DpsError UnknownRoute(string path) => new(404000, $"Nothing is served at {path}.");

    public static DpsError UnknownRegistration(string id) => new(404201, $"There is no registration with the id '{id}'.");

    public static DpsError UnknownEnrollment(string id) => new(404202, $"There is no enrollment with the id '{id}'.");

    public static DpsError UnknownOperation(string id) => new(404203, $"There is no registration operation '{id}' of this device. Register again.");

    public static DpsError MethodNotAllowed(string allowed) => new(405000, $"This address serves {allowed} only.");

    public static DpsError Timeout => new(408000, "The request arrived too slowly.");

    public static DpsError Exists(string id) => new(409001, $"'{id}' exists already. To replace it, send its etag in the header If-Match.");

    public static DpsError ETagMismatch(string id) =>
        new(412001, $"'{id}' has been changed since: its etag is another one. Read it again and repeat the change.");

    public static DpsError TooLarge => new(413000, $"A message may have {Body.Limit / 1024} KB.");

    public static DpsError NotJson => new(415000, "Send the body as application/json.");

    public static DpsError TooMany(string what, TimeSpan retryAfter) =>
        new(429001, $"Too many {what}. Try again after the time in Retry-After, and with a growing pause.", null, retryAfter);

    public static DpsError Internal => new(500001, "The request could not be completed. The log has the reason under this tracking id.");

    /// <summary>Work beside a request that was cut short.</summary>
    public static DpsError Stopped => new(503002, "The service was stopped before this came to its end.");

    /// <summary>The database cannot be used now. The log has the details.</summary>
    public static DpsError StoreUnavailable(StoreFault fault) => new(
        503001,
        fault switch
        {
            StoreFault.Full => "The disk of the service has no space left. Free some space and ask again.",
            StoreFault.ReadOnly => "The database of the service cannot be written. Make its file and folder writable and ask again.",
            StoreFault.Locked => "Another program has locked the database of the service. Ask again when that has ended.",
            StoreFault.Damaged => "The database of the service is damaged in the place that this needs. Put it back from a backup.",
            _ => "The database of the service cannot be reached on its disk. The log has the reason under this tracking id.",
        },
        null,
        TimeSpan.FromSeconds(30));

    public static DpsError Corrupt(RecordKind kind, string id) => new(
        500002,
        $"The stored bytes of {kind} '{id}' are not what was written for it. Nothing was returned. Restore it from a backup, or delete it and create it anew.",
        new Dictionary<string, string> { ["kind"] = kind.ToString(), ["id"] = id });

    /// <summary>The service API while an instance has no access to its key.</summary>
    public static DpsError ServiceDenied(KeyDenial denial) => denial.Access == KeyAccess.Revoked
        ? new DpsError(
            KeyRejection.OfService(denial.Access).ErrorCode,
            $"The customer-managed key of this instance was revoked ({denial.Cause}). Its records cannot be read or written until access to the key " +
            "is restored.",
            InfoOf(denial))
        : new DpsError(
            KeyRejection.OfService(denial.Access).ErrorCode,
            $"The customer-managed key of this instance cannot be used now ({denial.Cause}). It is tried again by itself.",
            InfoOf(denial),
            KeyRejection.RetryAfter);

    /// <summary>A device cannot mend it; 5xx makes its client back off and keep what it has.</summary>
    public static DpsError DeviceDenied(KeyDenial denial) => new(
        KeyRejection.OfDevice.ErrorCode,
        "The service cannot register devices now. Keep the assignment you have and try again after the time in Retry-After.",
        InfoOf(denial),
        KeyRejection.RetryAfter);

    private static Dictionary<string, string> InfoOf(KeyDenial denial)
    {
        var info = new Dictionary<string, string> { ["access"] = denial.Access.ToString(), ["cause"] = denial.Cause.ToString() };
        if (denial.VaultErrorCode is { } code)
        {
            info["vaultErrorCode"] = code;
        }

        if (denial.KeyVersion is { } key)
        {
            info["keyIdentifier"] = key.ToString();
        }

        return info;
    }
}
