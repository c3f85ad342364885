using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Tests.Services;

/// <summary>The campaign <c>truth</c>, in a size that every run of the suite affords.</summary>
[StartsHosts]
public sealed class RandomTruthTests
{
    [Fact]
    public Task In_random_sequences_of_what_people_and_others_do_nothing_said_is_false() => TruthRuns.RunAsync(500);
}
