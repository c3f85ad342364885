using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Operations;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>Turns denials of the key into entries of the operations log.</summary>
internal sealed class Rejections(OperationLog log, TimeProvider systemClock)
{
    public const string Get = "Get";
    public const string GetAttestationMechanism = "GetAttestationMechanism";
    public const string DeriveDeviceKey = "DeriveDeviceKey";
    public const string Query = "Query";
    public const string Upsert = "Upsert";
    public const string Delete = "Delete";

    public RecordCall Begin(Caller caller, string operation, RecordKind kind, string id) =>
        new(caller, operation, kind, id, systemClock.GetTimestamp());

    public RejectedOperation Reject(LoadedInstance instance, in RecordCall call, AccessVerdict denial)
    {
        var told = KeyRejection.OfService(denial.Access);
        var key = new KeyDenial(denial.Access, denial.Cause, denial.VaultErrorCode, instance.Guard?.EffectiveKey);
        var entry = new OperationEntry(
            0, systemClock.GetUtcNow(), instance.Header.Name, OperationCategory.ServiceOperations, OperationProtocol.Contract, call.Operation,
            call.Kind, call.Id, told.StatusCode, told.ErrorCode, null, key, call.Caller, systemClock.GetElapsedTime(call.Started), null);
        if (call.Caller.Denied is not { } tell)
        {
            return log.Add(entry).Rejection!;
        }

        tell(key);
        return entry.Rejection!;
    }

    public Refusal Refuse(LoadedInstance instance, in RecordCall call, AccessVerdict denial)
    {
        Reject(instance, call, denial);
        return KeyRejection.RefusalOf(denial.Access, denial.Cause, denial.VaultErrorCode);
    }
}
