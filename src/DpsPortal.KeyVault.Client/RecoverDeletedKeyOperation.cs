using System.Diagnostics;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>A recovery that the vault has accepted. It is complete when the key can be had again.</summary>
public class RecoverDeletedKeyOperation : Operation<KeyVaultKey>
{
    private readonly VaultPoll _poll;
    private readonly KeyVaultKey _value;

    /// <summary>For tests that replace members.</summary>
    protected RecoverDeletedKeyOperation()
    {
    }

    internal RecoverDeletedKeyOperation(VaultPipeline pipeline, ActivitySource source, Response<KeyVaultKey> started)
    {
        _value = started.Value;
        _poll = new VaultPoll(
            pipeline, source, nameof(RecoverDeletedKeyOperation), _value.Name, $"/keys/{_value.Name}/{_value.Properties.Version}", started.GetRawResponse());
    }

    /// <summary>The key's versioned identifier.</summary>
    public override string Id => _value.Id.AbsoluteUri;

    /// <summary>The recovered key. Wait for completion before using it.</summary>
    public override KeyVaultKey Value => _value;

    /// <inheritdoc/>
    public override bool HasCompleted => _poll.HasCompleted;

    /// <summary>Always: the vault answers with the key at once.</summary>
    public override bool HasValue => true;

    /// <inheritdoc/>
    public override Response GetRawResponse() => _poll.Response;

    /// <inheritdoc/>
    public override Response UpdateStatus(CancellationToken cancellationToken = default) => _poll.UpdateAsync(false, cancellationToken).EnsureCompleted();

    /// <inheritdoc/>
    public override ValueTask<Response> UpdateStatusAsync(CancellationToken cancellationToken = default) => _poll.UpdateAsync(true, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<Response<KeyVaultKey>> WaitForCompletionAsync(CancellationToken cancellationToken = default) =>
        base.WaitForCompletionAsync(VaultPoll.Interval, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<Response<KeyVaultKey>> WaitForCompletionAsync(TimeSpan pollingInterval, CancellationToken cancellationToken) =>
        base.WaitForCompletionAsync(pollingInterval, cancellationToken);
}
