using Azure.Core;
using Azure.Core.Pipeline;

namespace DpsPortal.Provisioning.Access;

/// <summary>
/// Two repeats for what fails in passing. A vault that says how long to wait is not asked again here: that would hold up readers
/// and a revoke. The next check waits instead.
/// </summary>
internal sealed class VaultRetries(TimeSpan delay) : RetryPolicy(maxRetries: 2, DelayStrategy.CreateExponentialDelayStrategy(delay, TimeSpan.FromSeconds(2)))
{
    protected override bool ShouldRetry(HttpMessage message, Exception? exception) => !Advised(message) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        Advised(message) ? ValueTask.FromResult(false) : base.ShouldRetryAsync(message, exception);

    private static bool Advised(HttpMessage message) => message.HasResponse && message.Response.Headers.Contains(RetryAdvice.Header);
}
