using System.Diagnostics;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>A deletion that the vault has accepted. It is complete when the key shows among the deleted ones.</summary>
public class DeleteKeyOperation : Operation<DeletedKey>
{
    private readonly VaultPoll _poll;
    private readonly DeletedKey _value;

    /// <summary>For tests that replace members.</summary>
    protected DeleteKeyOperation()
    {
    }

    internal DeleteKeyOperation(VaultPipeline pipeline, ActivitySource source, Response<DeletedKey> started)
    {
        _value = started.Value;
        _poll = new VaultPoll(pipeline, source, nameof(DeleteKeyOperation), _value.Name, $"/deletedkeys/{_value.Name}", started.GetRawResponse())
        {
            // A vault without soft delete has nowhere to move the key to: there it is gone at once.
            HasCompleted = _value.RecoveryId is null,
        };
    }

    /// <summary>The key's versioned identifier.</summary>
    public override string Id => _value.Id.AbsoluteUri;

    /// <summary>The key as it was deleted. Wait for completion before recovering or purging it.</summary>
    public override DeletedKey Value => _value;

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
    public override ValueTask<Response<DeletedKey>> WaitForCompletionAsync(CancellationToken cancellationToken = default) =>
        base.WaitForCompletionAsync(VaultPoll.Interval, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<Response<DeletedKey>> WaitForCompletionAsync(TimeSpan pollingInterval, CancellationToken cancellationToken) =>
        base.WaitForCompletionAsync(pollingInterval, cancellationToken);
}
