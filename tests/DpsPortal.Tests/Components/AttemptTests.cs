using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;

namespace DpsPortal.Tests.Components;

public sealed class AttemptTests
{
    private static readonly Refusal Refusal = new(ServiceRefusals.OperationInProgress);
    private readonly Attempt _attempt = new();

    [Fact]
    public async Task A_second_press_while_the_first_is_under_way_does_nothing()
    {
        var answer = new TaskCompletionSource<Outcome<int>>();
        var first = _attempt.RunAsync(() => answer.Task, _ => { });

        Assert.False(await _attempt.RunAsync<int>(() => throw new InvalidOperationException("Asked twice."), _ => { }));
        answer.SetResult(1);

        Assert.True(await first);
        Assert.False(_attempt.Busy);
    }

    [Fact]
    public async Task What_goes_to_another_page_leaves_the_buttons_of_this_one_shut()
    {
        await _attempt.RunAsync(() => Task.FromResult<Outcome<int>>(1), _ => { }, leaves: true);

        Assert.True(_attempt.Busy);
    }

    [Fact]
    public async Task What_is_refused_can_be_tried_again_at_once()
    {
        Assert.False(await _attempt.RunAsync(() => Task.FromResult<Outcome<int>>(Refusal), _ => { }, leaves: true));

        Assert.Equal((false, Refusal), (_attempt.Busy, _attempt.Refusal));
    }
}
