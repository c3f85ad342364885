using DpsPortal.Services;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.Services;

public sealed class PortalChangesTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_burst_is_told_at_most_four_times_a_second_and_loses_nothing()
    {
        using var feed = new PortalChanges(_clock, NullLogger<PortalChanges>.Instance);
        var batches = new List<IReadOnlySet<PortalChange>>();
        using var subscription = feed.Subscribe(batches.Add);

        for (var millisecond = 0; millisecond < 1000; millisecond++)
        {
            feed.Publish(PortalChangeKind.RejectedOperation, $"instance-{millisecond % 50}");
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        _clock.Advance(PortalChanges.Pause);
        Assert.InRange(batches.Count, 4, 5);
        Assert.Equal(50, batches.SelectMany(batch => batch).Distinct().Count());
        Assert.Equal(50, batches[^2].Count);
    }

    [Fact]
    public void Nothing_is_told_after_disposal_and_a_failing_page_costs_the_others_nothing()
    {
        using var feed = new PortalChanges(_clock, NullLogger<PortalChanges>.Instance);
        var told = 0;
        using var failing = feed.Subscribe(_ => throw new InvalidOperationException("a page"));
        using var other = feed.Subscribe(_ => told++);
        feed.Publish(PortalChangeKind.Key, "kek");
        _clock.Advance(PortalChanges.Pause);
        Assert.Equal(1, told);

        other.Dispose();
        feed.Publish(PortalChangeKind.Key, "kek");
        _clock.Advance(PortalChanges.Pause);
        Assert.Equal(1, told);
    }
}
