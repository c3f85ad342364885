using System.Collections.Concurrent;
using Bunit;
using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.Components.Fakes;
using DpsPortal.Tests.KeyVault;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MudBlazor;

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

    [Theory]
    [InlineData(ProvisioningRefusals.KeyDisabled, "The version is disabled")]
    [InlineData(ProvisioningRefusals.KeyExpired, "The version has expired")]
    [InlineData(ProvisioningRefusals.PurgeProtectionMissing, "Its vault has no purge protection")]
    public async Task A_key_that_would_be_refused_is_shown_with_the_reason_and_cannot_be_chosen(string code, string reason)
    {
        Fake.Keys.Add(Some.KeyDetail());
        Fake.Keys.Add(Some.KeyDetail() with { Key = Some.CleanKey, Versions = [Some.Version(Some.CleanVersion)] });
        Fake.Unsuitable[Some.CleanKey] = new Refusal(code, "Key");
        var picker = Open<KeyPicker>(it => it.Add(one => one.Choice, _choice).Add(one => one.Fault, null).Add(one => one.OnChange, () => { }));

        await picker.InvokeAsync(() => picker.FindComponent<MudSelect<KeyIdentifier>>().Instance.OpenMenu());

        var items = Overlays[0].FindComponents<MudSelectItem<KeyIdentifier>>();
        Assert.Equal([true, false], items.Select(item => item.Instance.Disabled));
        Assert.Contains(reason, TextOf(Overlays[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_was_suitable_when_it_was_picked_says_so_when_it_is_no_longer()
    {
        Fake.Keys.Add(Some.KeyDetail());
        var picker = Open<KeyPicker>(it => it.Add(one => one.Choice, _choice).Add(one => one.Fault, null).Add(one => one.OnChange, () => { }));
        await PickAsync(picker, Some.Key);

        Fake.Unsuitable[Some.Key] = new Refusal(ProvisioningRefusals.KeyDisabled, "Key");
        Fake.Announce(DpsPortal.Services.PortalChangeKind.Key, Some.Key.ToString());

        picker.WaitForAssertion(() => Assert.Contains("the version is disabled. Enable it", TextOf(picker), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_many_keys_some_are_offered_and_the_others_found_by_a_search_and_what_was_picked_stays()
    {
        Fake.Keys.AddRange(Enumerable.Range(1, 60).Select(number => Some.KeyDetail() with { Key = KeyIdentifier.Create(Some.Vault.Uri, $"kek-{number:D3}") }));
        var picker = Open<KeyPicker>(it => it.Add(one => one.Choice, _choice).Add(one => one.Fault, null).Add(one => one.OnChange, () => { }));
        Assert.Contains("The first 50 of 60 keys are offered below.", TextOf(picker), StringComparison.Ordinal);
        var last = KeyIdentifier.Create(Some.Vault.Uri, "kek-057");
        Fake.Unsuitable[last] = new Refusal(ProvisioningRefusals.KeyExpired, "Key");

        await picker.InvokeAsync(() => picker.FindComponent<SearchField>().Instance.OnSearch.InvokeAsync("kek-057"));
        await PickAsync(picker, last);
        await picker.InvokeAsync(() => picker.FindComponent<SearchField>().Instance.OnSearch.InvokeAsync(null));

        Assert.Equal(last, _choice.Picked);
        Assert.Equal(ProvisioningRefusals.KeyExpired, _choice.Unsuitable?.Code);
        await picker.InvokeAsync(() => picker.FindComponent<SearchField>().Instance.OnSearch.InvokeAsync("no such"));
        Assert.Contains("Nothing matches", TextOf(picker), StringComparison.OrdinalIgnoreCase);
    }

    private static Task PickAsync(IRenderedComponent<KeyPicker> picker, KeyIdentifier key) =>
        picker.InvokeAsync(() => picker.FindComponent<MudSelect<KeyIdentifier>>().Instance.ValueChanged.InvokeAsync(key));
}
