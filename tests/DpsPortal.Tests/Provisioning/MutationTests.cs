using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Tests.Provisioning;

public sealed class MutationTests
{
    [Fact]
    public async Task Whatever_is_altered_or_swapped_in_the_store_is_rejected_alike_and_never_read() => await MutationRuns.RunAsync(3_000);
}
