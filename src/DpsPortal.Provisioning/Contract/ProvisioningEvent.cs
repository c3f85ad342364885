namespace DpsPortal.Provisioning.Contract;

public abstract record ProvisioningEvent(string Instance)
{
    /// <param name="Key">The version that wrapped the instance key when its access changed: the instance may have moved since.</param>
    public sealed record AccessChanged(string Instance, KeyIdentifier Key, KeyAccessStatus Before, KeyAccessStatus After) : ProvisioningEvent(Instance);

    public sealed record OperationRejected(RejectedOperation Rejection) : ProvisioningEvent(Rejection.Instance);

    /// <summary>A version made elsewhere was noticed by a check and taken up.</summary>
    public sealed record VersionPickedUp(string Instance, KeyIdentifier From, KeyIdentifier To) : ProvisioningEvent(Instance);

    public sealed record ReencryptionAdvanced(string Instance, Reencryption Reencryption) : ProvisioningEvent(Instance);

    /// <summary>An operation is in the log; for a rejection after its <see cref="OperationRejected"/>.</summary>
    public sealed record OperationLogged(OperationEntry Entry) : ProvisioningEvent(Entry.Instance);

    /// <summary>Created, re-wrapped, re-keyed or pruned, or its record counts changed.</summary>
    public sealed record InstanceChanged(string Instance) : ProvisioningEvent(Instance);
}
