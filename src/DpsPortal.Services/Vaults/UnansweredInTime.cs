using Azure.Core;
using Azure.Core.Pipeline;

namespace DpsPortal.Services.Vaults;

/// <summary>
/// Tells a call that was not answered in time from one that its caller gave up: Azure.Core ends both as cancelled. A person who has left
/// while a change ran must not make its timeout look like their leaving, or the log would keep a beginning without an end.
/// </summary>
internal sealed class UnansweredInTime : HttpPipelinePolicy
{
    public static readonly UnansweredInTime Policy = new();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (!message.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("No answer in time.", late);
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The service layer calls vaults asynchronously.");
}
