using System.Collections.Concurrent;
using Bunit;
using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.Components.Fakes;
using DpsPortal.Tests.KeyVault;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MudBlazor;
using Xunit;

namespace DpsPortal.Tests.Components;

public sealed class KeyPickerTests : PageTests
{
    private readonly KeyChoice _choice = new();

    [Fact]
    public async Task A_slow_answer_about_a_key_picked_before_does_not_offer_its_versions_for_the_one_picked_since()
    {
        Fake.Keys.Add(Some.KeyDetail());
        Fake.Keys.Add(Some.KeyDetail() with { Key = Some.CleanKey, Versions = [Some.Version(Some.CleanVersion)] });
        var picker = Open<KeyPicker>(it => it.Add(one => one.Choice, _choice).Add(one => one.Fault, null).Add(one => one.OnChange, () => { }));
        var slow = new TaskCompletionSource();

        Fake.Gate = slow.Task;
        var first = PickAsync(picker, Some.Key);
        Fake.Gate = null;
        await PickAsync(picker, Some.CleanKey);
        slow.SetResult();
        await first;
        picker.FindAll("input[name=mode]")[1].Change(true);

        Assert.Equal(Some.CleanVersion.ToString(), _choice.Identifier);
    }

    [Fact]
    public async Task A_picker_that_has_gone_meanwhile_is_told_so_and_reports_no_failure()
    {
        Fake.Keys.Add(Some.KeyDetail());
        _choice.Picked = Some.Key;
        var errors = new ConcurrentQueue<string>();
        Services.AddSingleton(LoggerFactory.Create(logs => logs.AddProvider(new RecordingLogs(errors, LogLevel.Error))));
        var slow = new TaskCompletionSource();
        Fake.Gate = slow.Task;
        Open<KeyPicker>(it => it.Add(one => one.Choice, _choice).Add(one => one.Fault, null).Add(one => one.OnChange, () => { }));

        await DisposeComponentsAsync();
        slow.SetResult();
        await Renderer.Dispatcher.InvokeAsync(() => { });

        Assert.Empty(errors);
    }

    private static Task PickAsync(IRenderedComponent<KeyPicker> picker, KeyIdentifier key) =>
        picker.InvokeAsync(() => picker.FindComponent<MudSelect<KeyIdentifier>>().Instance.ValueChanged.InvokeAsync(key));
}
