using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Storage;

namespace DpsPortal.Tests.Services;

/// <summary>How long a restore looks for its effect before it lets go of the key.</summary>
public sealed class RestoreProcedureTests
{
    private static readonly KeyIdentifier Key = KeyIdentifier.Parse("https://kv.vault.localhost:8443/keys/kek");

    private static readonly PortalServicesOptions Options = new() { ConfirmationAttempts = 3 };

    [Theory]
    [InlineData(KeyAccess.Unavailable, OperationState.Unconfirmed, ServiceRefusals.NotConfirmed)]
    [InlineData(KeyAccess.Revoked, OperationState.Unconfirmed, ServiceRefusals.StillDenied)]
    public async Task An_effect_that_does_not_show_is_looked_for_so_often_and_then_reported(KeyAccess access, OperationState verdict, string code)
    {
        Assert.IsType<StepResult.Wait>(await ConfirmAsync(access, attempt: 1));
        Assert.IsType<StepResult.Wait>(await ConfirmAsync(access, attempt: 2));

        var missed = Assert.IsType<StepResult.Missed>(await ConfirmAsync(access, attempt: 3));

        Assert.Equal((verdict, code), (missed.Verdict, missed.Why.Code));
    }

    [Theory]
    [InlineData(KeyAccess.Accessible)]
    [InlineData(KeyAccess.Degraded)]
    public async Task Access_that_is_back_ends_the_looking(KeyAccess access) => Assert.IsType<StepResult.Done>(await ConfirmAsync(access, attempt: 1));

    private static Task<StepResult> ConfirmAsync(KeyAccess access, int attempt)
    {
        var procedure = new RestoreProcedure(null!, null!, new Instances(access), null!, Options);
        var intent = new RestoreIntent(Guid.NewGuid(), new RevocationTarget(RevocationMethod.DisableKey, Key), [], [], null, ["dps"]);
        var run =
            new OperationRun(new OperationRow { Kind = OperationKind.Restore, Subject = "", Holds = "", By = PersonColumns.Of(Staff.Approver),
                Intent = Stored.Write(intent), StartedAt = DateTime.UnixEpoch.Ticks });
        return Assert.Single(procedure.Plan(run)).Run(attempt, TestContext.Current.CancellationToken);
    }

    /// <summary>Answers one call; no other is expected of a confirmation.</summary>
    private sealed class Instances(KeyAccess access) : IProvisioningInstances
    {
        public TimeSpan AccessPollInterval => throw new NotSupportedException();

        public Task<Outcome<KeyAccessStatus>> RecheckAsync(Caller caller, string name, CancellationToken cancellationToken) =>
            Task.FromResult<Outcome<KeyAccessStatus>>(
                new KeyAccessStatus(access, KeyAccessCause.VaultTimedOut, null, DateTimeOffset.UnixEpoch, null, null, null, 1));

        public Task<IReadOnlyList<ProvisioningInstance>> ListAsync(Caller caller, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<ProvisioningInstance>> ListAsync(Caller caller, IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<FoundInstances> FindAsync(Caller caller, InstanceQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<InstanceKeys>> ListKeysAsync(Caller caller, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ProvisioningInstance?> GetAsync(Caller caller, string name, CancellationToken cancellationToken) =>
            Task.FromResult<ProvisioningInstance?>(null);

        public Task<CreationChecks> CheckCreationAsync(Caller caller, CreateInstance request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Outcome<ProvisioningInstance>> CreateAsync(Caller caller, CreateInstance request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Outcome<Rewrapped>> RewrapAsync(Caller caller, string name, KeyIdentifier target, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Outcome<Pruned>> PruneRetiringAsync(Caller caller, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Outcome<Rekeyed>> RekeyAsync(Caller caller, string name, KeyIdentifier key, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Outcome<Reencryption>> StartReencryptionAsync(Caller caller, string name, Guid operationId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Reencryption?> GetReencryptionAsync(Caller caller, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<VersionFence> FenceAsync(Caller caller, KeyIdentifier version, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<FencedVersion>> ListFencesAsync(Caller caller, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ReleaseFenceAsync(Caller caller, KeyIdentifier version, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
