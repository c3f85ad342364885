using Bunit;
using DpsPortal.Features.Keys;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

public sealed partial class KeyPageTests : PageTests
{
    private IRenderedComponent<KeyPage> OpenKey() => Open<KeyPage>(page => page.Add(it => it.Vault, "kv-contoso-prod").Add(it => it.Name, "kek-dps-prod"));

    [Fact]
    public void A_current_key_says_so_and_who_depends_on_it()
    {
        Fake.Keys.Add(Some.KeyDetail());

        Assert.Contains("Current. 2 instances and 21,510 registration records depend on this key.", TextOf(OpenKey()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_sentence_in_Spanish()
    {
        Speak("es");
        Fake.Keys.Add(Some.KeyDetail());

        Assert.Contains("Vigente. 2 instancias y 21.510 registros de dispositivo dependen de esta clave.", TextOf(OpenKey()), StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_each_is_not_a_plural()
    {
        Fake.Keys.Add(Some.KeyDetail(dependents: [Some.Dependent(registrations: 1)]));

        Assert.Contains("1 instance and 1 registration record depend on this key.", TextOf(OpenKey()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KeyAvailability.Expired, "Expired: it still unwraps, but cannot wrap.")]
    [InlineData(KeyAvailability.NotYetValid, "Not yet valid: it unwraps, but cannot wrap.")]
    [InlineData(KeyAvailability.Disabled, "Disabled outside the portal.")]
    [InlineData(KeyAvailability.Deleted, "Deleted.")]
    public void Every_availability_has_its_sentence(KeyAvailability availability, string sentence)
    {
        Fake.Keys.Add(Some.KeyDetail(availability, expires: Some.Now.AddDays(-21), notBefore: Some.Now.AddDays(3)));

        Assert.Contains(sentence, TextOf(OpenKey()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_expired_key_says_when_and_what_to_do_in_Spanish()
    {
        Speak("es");
        Fake.Keys.Add(Some.KeyDetail(KeyAvailability.Expired, expires: new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.Zero)));

        var text = TextOf(OpenKey());

        Assert.Contains("Expirada: se puede seguir desencapsulando; no se puede encapsular.", text, StringComparison.Ordinal);
        Assert.Contains("Expiró el 02/11/2026.", text, StringComparison.Ordinal);
        Assert.Contains("· Expiró el 02/11/2026 Encapsula", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_revocation_that_stands_has_its_own_restore_and_says_what_it_leaves()
    {
        var other = Guid.CreateVersion7();
        var (older, newer) = (Some.Revocation(), Some.Revocation(other));
        Fake.Keys.Add(Some.KeyDetail(KeyAvailability.Disabled) with
        {
            Revocations =
            [
                newer with { Changes = [new(newer.Changes[0].Change, HoldState.Undone)], Without = [] },
                older with { Changes = [older.Changes[0] with { AlsoWantedBy = other }] },
            ],
        });
        var page = OpenKey();

        var text = TextOf(page);
        Assert.Contains("Given back already, outside the portal.", text, StringComparison.Ordinal);
        Assert.Contains("DPS reports none of its instances without access now.", text, StringComparison.Ordinal);
        Assert.Contains("Stays as it is:", text, StringComparison.Ordinal);
        Assert.Contains("Another revocation that stands wants it off, too.", text, StringComparison.Ordinal);
        page.FindAll("button").Where(button => button.TextContent.Contains("Restore access", StringComparison.Ordinal)).ToArray()[1].Click();
        GiveReason("Restore access");
        Assert.Equal([$"restore {older.Operation}: It was a drill"], Fake.Calls);
    }

    [Fact]
    public void A_revoked_key_shows_what_a_restore_would_undo_and_offers_it()
    {
        Fake.Keys.Add(Some.KeyDetail(
            KeyAvailability.Disabled, [Some.Dependent(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.VersionDisabled, "KeyDisabled"))],
            Some.OperationId));
        Fake.Revocations.Add(Some.Revocation());
        var page = OpenKey();

        var text = TextOf(page);
        Assert.Contains("Revoked. 1 instance", text, StringComparison.Ordinal);
        Assert.Contains("1 instance is without access now: dps-contoso-prod.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot use it now", text, StringComparison.Ordinal);
        Assert.Single(page.FindAll(".status.tone-bad, .notice.tone-bad"), element => element.TextContent.Contains("Revoked", StringComparison.Ordinal));
        Assert.Single(page.FindAll("a"), link => link.GetAttribute("href") == $"/operations/{Some.OperationId}");
        Assert.Contains("What it took at the vault, and what restoring does:", text, StringComparison.Ordinal);

        Button(page, "Restore access").Click();
        Assert.Empty(Fake.Calls);
        GiveReason("Restore access");

        Assert.Contains($"restore {Some.OperationId}: It was a drill", Fake.Calls);
        Assert.EndsWith($"/operations/{Some.OperationId}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KeyAccess.Accessible, "Partly revoked. 2 instances")]
    [InlineData(KeyAccess.Revoked, "Revoked. 2 instances")]
    public void A_key_whose_version_is_enabled_is_revoked_when_nobody_has_access_to_it(KeyAccess other, string sentence)
    {
        Fake.Keys.Add(Some.KeyDetail(
            revocation: Some.OperationId, dependents: [Some.Dependent(access: Some.Access(KeyAccess.Revoked)), Some.Dependent("other", Some.Access(other))]));

        var page = OpenKey();

        Assert.Contains(sentence, TextOf(page), StringComparison.Ordinal);
        Assert.Contains("tone-bad", page.Find(".status").ClassName, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_disabled_is_not_called_revoked_while_records_are_served()
    {
        Fake.Keys.Add(Some.KeyDetail(
            KeyAvailability.Disabled, revocation: Some.OperationId,
            dependents: [Some.Dependent(access: Some.Access(KeyAccess.Revoked)), Some.Dependent("other")]));

        Assert.Contains("Partly revoked.", TextOf(OpenKey()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_restored_key_is_current_again_without_being_asked()
    {
        Fake.Keys.Add(
            Some.KeyDetail(KeyAvailability.Disabled, revocation: Some.OperationId, dependents: [Some.Dependent(access: Some.Access(KeyAccess.Revoked))]));
        var page = OpenKey();
        Assert.Contains("Revoked.", TextOf(page), StringComparison.Ordinal);

        Fake.Keys[0] = Some.KeyDetail();
        Fake.Announce(PortalChangeKind.Key, Some.Key.ToString());

        page.WaitForAssertion(() => Assert.Contains("Current. 2 instances", TextOf(page), StringComparison.Ordinal));
        Assert.DoesNotContain("Restore access", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_from_another_thread_is_shown_in_the_readers_language()
    {
        Speak("es");
        Fake.Keys.Add(Some.KeyDetail());
        var page = OpenKey();

        Fake.Keys[0] = Some.KeyDetail(KeyAvailability.Deleted);
        var feed = new Thread(() =>
        {
            Speak("en");
            Fake.Announce(PortalChangeKind.Key, Some.Key.ToString());
        });
        feed.Start();
        feed.Join();

        page.WaitForAssertion(() => Assert.Contains("Eliminada.", TextOf(page), StringComparison.Ordinal));
    }

    [Fact]
    public void A_lagging_instance_is_counted()
    {
        Fake.Keys.Add(Some.KeyDetail(dependents: [Some.Dependent(effective: Some.V2)]));

        Assert.Contains("1 instance has not picked up the current version.", TextOf(OpenKey()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_that_still_wraps_cannot_be_disabled_and_says_how_many()
    {
        Fake.Keys.Add(Some.KeyDetail());
        var page = OpenKey();

        var buttons = page.FindAll("button").Where(button => Collapse(button.TextContent) == "Disable…").ToArray();

        Assert.Equal(2, buttons.Length);
        Assert.True(IsDisabled(buttons[0]));
        Assert.Equal("Still wraps 1 instance key: dps-contoso-pilot.", Description(page, buttons[0]));
        Assert.False(IsDisabled(buttons[1]));
    }

    [Fact]
    public void An_unused_version_says_which_backups_of_DPS_may_need_it_also_before_it_is_disabled()
    {
        var detail = Some.KeyDetail();
        Fake.Keys.Add(detail with { Versions = [
            .. detail.Versions.Select(version => version.InstanceKeys > 0 ? version : version with { LeftBefore = new(2026, 11, 1, 8, 30, 0, TimeSpan.Zero) }),
        ] });
        var page = OpenKey();
        Assert.Contains(
            "Wraps no instance key. Safe to disable, unless a backup of DPS from before 1 Nov 2026, 08:30 UTC is to be put back: that one may need it.",
            TextOf(page), StringComparison.Ordinal);
        Assert.Equal("Unused", Collapse(page.FindAll(".timeline > li")[^1].QuerySelectorAll(".chip")[^1].TextContent));

        page.FindAll("button").Last(button => Collapse(button.TextContent) == "Disable…").Click();

        Assert.Contains(
            "A backup of DPS from before 1 Nov 2026, 08:30 UTC may need it: put back while the version is disabled, its records are rejected (403011, " +
            "simulated).",
            TextOf(Overlays[1]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unused_version_is_disabled_after_asking_and_can_be_enabled_again()
    {
        Fake.Keys.Add(Some.KeyDetail());
        var page = OpenKey();

        page.FindAll("button").Last(button => Collapse(button.TextContent) == "Disable…").Click();
        var dialog = Overlays[1];
        Assert.Contains("wraps no instance key, so DPS as it is loses nothing.", TextOf(dialog), StringComparison.Ordinal);
        Button(dialog, "Disable").Click();

        page.WaitForAssertion(() => Assert.Contains("Version v1 · 1f6c0b0c is disabled.", TextOf(page), StringComparison.Ordinal));
        Button(page, "Undo").Click();

        page.WaitForAssertion(() => Assert.Contains("Version v1 · 1f6c0b0c is enabled again.", TextOf(page), StringComparison.Ordinal));
        Assert.Equal([$"retire {Some.V1.Version}", $"enable {Some.V1.Version}"], Fake.Calls);
    }

    [Theory]
    [InlineData(OperationState.Running, "Restore access: Running")]
    [InlineData(OperationState.Waiting, "Restore access: Waiting")]
    public void An_operation_that_holds_the_key_is_shown_and_shuts_what_it_would_refuse(OperationState state, string shown)
    {
        Fake.Keys.Add(Some.KeyDetail(KeyAvailability.Disabled, revocation: Some.OperationId));
        Fake.Operations.Add(Some.Operation(OperationKind.Restore, state, steps: [Some.Step(StepCodes.EnableVersion, StepState.Running, Some.V3.ToString())]));
        var page = OpenKey();

        Assert.Contains(shown, TextOf(page), StringComparison.Ordinal);
        Assert.Contains("What to do: A restore made here is under way, and this waits for it.", TextOf(page), StringComparison.Ordinal);
        Assert.Equal($"/operations/{Some.OperationId}", Button(page, "Open operation").GetAttribute("href"));
        foreach (var name in new[] { "Rotate…", "Revoke…", "Restore access" })
        {
            Assert.Equal("An operation is running on this key. It has to end first.", Description(page, Button(page, name)));
        }
    }

    [Fact]
    public void An_operation_on_another_key_or_one_that_has_ended_shuts_nothing()
    {
        Fake.Keys.Add(Some.KeyDetail());
        Fake.Operations.Add(Some.Operation(OperationKind.CreateInstance, OperationState.Running));
        Fake.Operations.Add(Some.Operation());

        Assert.False(IsDisabled(Button(OpenKey(), "Rotate…")));
    }

    [Fact]
    public void A_refused_disable_says_what_to_do()
    {
        Fake.Keys.Add(Some.KeyDetail());
        Fake.RefuseChanges = new Refusal(ServiceRefusals.VersionStillWraps, null, "2", "a", "b");
        var page = OpenKey();

        page.FindAll("button").Last(button => Collapse(button.TextContent) == "Disable…").Click();
        Button(Overlays[1], "Disable").Click();

        page.WaitForAssertion(() => Assert.Contains("it still wraps instance keys (number: 2). Rotate the key", TextOf(page), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(PortalRole.DpsOperator)]
    [InlineData(PortalRole.Approver)]
    [InlineData(PortalRole.Auditor)]
    public void Who_may_not_sees_the_buttons_with_the_reason(PortalRole role)
    {
        Role = role;
        Fake.Keys.Add(Some.KeyDetail());
        var page = OpenKey();

        foreach (var name in new[] { "Rotate…", "Revoke…" })
        {
            var button = Button(page, name);
            Assert.True(IsDisabled(button));
            Assert.Equal("Only the role Key custodian can do this.", Description(page, button));
        }
    }

    [Fact]
    public void An_instance_that_is_leaving_is_listed_and_keeps_nobody_from_being_counted_right()
    {
        Fake.Keys.Add(Some.KeyDetail(dependents: [Some.Dependent(), Some.Dependent("dps-contoso-pilot", effective: Some.V2, use: WrappedKeyUse.Retiring)]));

        var text = TextOf(OpenKey());

        Assert.Contains("1 instance and 20,870 registration records depend on this key.", text, StringComparison.Ordinal);
        Assert.Contains("1 instance has moved to another key, but an earlier wrapped form of it is still under this one.", text, StringComparison.Ordinal);
        Assert.Contains(
            "dps-contoso-pilot id-dps-contoso-pilot Retiring Moved to another key; an earlier wrapped form is still under this one v2 · 2a7d1c1d Earlier form",
            text, StringComparison.Ordinal);
        Assert.DoesNotContain("has not picked up", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_current_version_of_a_key_that_no_instance_has_is_disabled_like_any_other_and_the_key_is_then_retired()
    {
        var key = Some.KeyDetail(dependents: []);
        Fake.Keys.Add(key with { Versions = [Some.Version(Some.V3)] });
        var page = OpenKey();

        Button(page, "Disable…").Click();
        Button(Overlays[1], "Disable").Click();

        Assert.Equal([$"retire {Some.V3.Version}"], Fake.Calls);
        page.WaitForAssertion(
            () => Assert.Contains("Retired: its current version is disabled. No instance depends on this key.", TextOf(page), StringComparison.Ordinal));
        Button(page, "Enable").Click();
        Assert.Contains("Current. No instance depends on this key.", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void The_current_version_of_a_key_that_instances_have_offers_no_disable()
    {
        Fake.Keys.Add(Some.KeyDetail() with { Versions = [Some.Version(Some.V3)] });

        Assert.DoesNotContain(OpenKey().FindAll("button"), button => Collapse(button.TextContent) == "Disable…");
    }
}
