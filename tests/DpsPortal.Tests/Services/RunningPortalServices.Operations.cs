using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

public sealed partial class RunningPortalServices
{
    public async Task<Operation> EndedAsync(Outcome<Guid> started)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return (await Operations.WaitAsync(Staff.Auditor, started.Value(), patience.Token))!;
    }

    public Task<Operation> SucceedsAsync(Guid id) => SucceedsAsync((Outcome<Guid>)id);

    public async Task<Operation> SucceedsAsync(Outcome<Guid> started)
    {
        var operation = await EndedAsync(started);
        Assert.True(
            operation.State == OperationState.Succeeded,
            $"{operation.Kind} is {operation.State}: {operation.Failure?.Code} {string.Join(' ', operation.Failure?.Arguments ?? [])}");
        return operation;
    }

    public async Task<KeyDetail> DetailAsync(KeyIdentifier key) =>
        (await Keys.GetAsync(Staff.Auditor, key.VaultName, key.Name, CancellationToken.None)).Value();

    public async Task<Outcome<Guid>> RotateAsync(KeyIdentifier key) =>
        await Rotation.StartAsync(Staff.Custodian, key, (await DetailAsync(key)).Current.Id.Version!, CancellationToken.None);

    public async Task<Outcome<Guid>> RekeyAsync(string instance, KeyIdentifier key) =>
        await Rekey.StartAsync(Staff.Custodian, instance, key, (await EncryptionOfAsync(instance)).EffectiveKey, "To another key", CancellationToken.None);

    public async Task<Outcome<Guid>> RevokeAsync(RevocationTarget target)
    {
        var impact = (await Revocation.PreviewAsync(Staff.Custodian, target, CancellationToken.None)).Value();
        return await Revocation.StartAsync(Staff.Custodian, target, impact.Fingerprint, RevokeWhy.ContractEnd, "Contract has ended.", CancellationToken.None);
    }

    public async Task<InstanceEncryption.CustomerManagedKey> EncryptionOfAsync(string instance) =>
        (InstanceEncryption.CustomerManagedKey)(await Instances.GetAsync(Staff.Auditor, instance, CancellationToken.None))!.Instance.Encryption;

    public async Task<KeyAccess> AccessOfAsync(string instance) => (await EncryptionOfAsync(instance)).Access.Access;

    public async Task<RecordVerification> VerifyAsync(string instance) =>
        (await this.VerifiedAsync(instance, Staff.Auditor)).Read;

    public async Task AddGroupAsync(string instance, string id) =>
        (await Enrollments.PutGroupAsync(Staff.Operator, instance, RunningDps.Group(id), null, CancellationToken.None)).Value();

    /// <summary>Entries about access are written after the event; the feed says when to look again.</summary>
    public async Task<ActivityEntry> EntryAsync(string subject, string code)
    {
        var looked = new SemaphoreSlim(1);
        using var subscription = Get<IPortalChanges>().Subscribe(_ => looked.Release());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            await looked.WaitAsync(patience.Token);
            var entries = await Activity.ListAsync(Staff.Auditor, new ActivityFilter(subject), null, 50, patience.Token);
            if (entries.FirstOrDefault(entry => entry.Code == code) is { } found)
            {
                return found;
            }
        }
    }
}
