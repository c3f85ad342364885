using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Http;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Settings;
using DpsPortal.Resources;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Architecture;

/// <summary>A fact is said once: who asks for something, predicts it or puts it into words is held against who answers.</summary>
[StartsHosts]
public sealed partial class FactsOnceTests
{
    private static readonly string[] Cultures = ["", "es"];

    private static readonly string[] OddNames =
    [
        "", "a", "ab", "abc", "ABC", "a1", "1a2", "000", "12345", "1-2", "-abc", "abc-", "-", "---", "a--b", "a_b", "a.b", "a b", "ábc", "contoso\n",
        new('a', 50), new('a', 51), new('1', 50), new string('1', 50) + "a", new string('1', 49) + "a",
    ];

    [Fact]
    public async Task A_name_that_a_form_takes_for_an_instance_is_one_that_DPS_takes_and_no_other_is()
    {
        await using var dps = await RunningDps.StartedAsync(new FakeVault().Access);
        foreach (var name in OddNames)
        {
            var taken = (await dps.Instances.CheckCreationAsync(RunningDps.Tester, RunningDps.Request(name), CancellationToken.None)).AllPassed;
            var byServices = NewInstanceRules.FaultOf(new NewInstance(name, "rg-contoso", "westeurope", CustomerManaged: false, null, null)) is null;
            Assert.Equal((name, taken, taken), (name, byServices, InstanceName.IsValid(name)));
        }
    }

    [Fact]
    public void A_name_that_the_wizard_takes_is_one_that_Services_take_and_no_other_is()
    {
        foreach (var name in OddNames.Where(name => name == name.Trim()))
        {
            var form =
                new Features.Instances.Creation.NewInstanceForm { Name = name, ResourceGroup = "rg-contoso", Location = "westeurope", IdentityName = name };
            var identity = NewInstanceRules.FaultOf(
                new NewInstance("contoso", "rg-contoso", "westeurope", CustomerManaged: true, name, "https://v.vault.azure.net/keys/k"));

            Assert.Equal((name, InstanceName.IsValid(name)), (name, form.Faults(Features.Instances.Creation.WizardStep.Basics, []).Count == 0));
            Assert.Equal((name, identity is null), (name, form.Faults(Features.Instances.Creation.WizardStep.Identity, []).Count == 0));
        }
    }

    [Fact]
    public void A_key_that_a_form_makes_has_a_name_and_a_size_that_DPS_takes()
    {
        foreach (var name in OddNames)
        {
            var named = NewKeyRules.FaultOf(new NewKey("v", name, 3072, null, null), DateTimeOffset.UnixEpoch)?.Code != ServiceRefusals.KeyNameInvalid;
            Assert.Equal((name, named), (name, KeyIdentifier.IsName(name)));
        }

        foreach (var size in (int[])[1024, 2047, 2048, 3072, 4096, 8192])
        {
            var key = KeyModelFactory.KeyVaultKey(new KeyProperties("kek"), new JsonWebKey([]) { KeyType = KeyType.Rsa, N = new byte[size / 8] });
            var made = NewKeyRules.FaultOf(new NewKey("v", "kek", size, null, null), DateTimeOffset.UnixEpoch) is null;
            Assert.Equal((size, made), (size, KeySuitability.TypeAndSize(key) is null));
        }
    }

    [Fact]
    public void Bounds_are_those_by_which_DPS_answers()
    {
        Assert.Null(RecordRules.CheckId(new string('a', RecordId.Longest)));
        Assert.Equal(ProvisioningRefusals.RecordIdInvalid, RecordRules.CheckId(new string('a', RecordId.Longest + 1))?.Code);
        Assert.Null(FaultOfPolicy(SharedAccessPolicy.LongestName));
        Assert.Equal(ProvisioningRefusals.PolicyNameInvalid, FaultOfPolicy(SharedAccessPolicy.LongestName + 1));
        Assert.Null(FaultOfHub(LinkedHub.LeastWeight) ?? FaultOfHub(LinkedHub.MostWeight));
        Assert.Equal(ProvisioningRefusals.HubWeightInvalid, FaultOfHub(LinkedHub.LeastWeight - 1));
        Assert.Equal(ProvisioningRefusals.HubWeightInvalid, FaultOfHub(LinkedHub.MostWeight + 1));
        Assert.Equal(Body.Limit, RecordRules.MaxContentSize);
        Assert.Equal(["96"], RecordRules.CheckSize(Body.Limit + 1)!.Arguments);

        var names = Enumerable.Range(0, PageSize.Most + 1).Select(number => $"dps-{number:D4}").ToList();
        var page = InstancePages.Of(names, new InstanceQuery(Count: int.MaxValue), name => new InstanceTexts(name, "", "", "", ""), _ => null);
        Assert.Equal(PageSize.Most, page.Page.Count);

        static string? FaultOfPolicy(int length) => SettingsRules.FaultOf(new SharedAccessPolicy(new string('a', length), AccessRights.All), _ => false)?.Code;
        static string? FaultOfHub(int weight) => SettingsRules.FaultOf(new LinkedHub("hub.azure-devices.net", "westeurope", weight), _ => false)?.Code;
    }

    [Fact]
    public void A_text_names_no_code_that_DPS_does_not_answer_with()
    {
        var codes = new[]
        {
            KeyRejection.OfService(KeyAccess.Revoked).ErrorCode, KeyRejection.OfService(KeyAccess.Unavailable).ErrorCode, KeyRejection.OfDevice.ErrorCode,
            DpsError.NoHub, DpsError.CustomAllocationFailed,
        };
        var named = from culture in Cultures
                    from text in TextsOf(culture)
                    from Match code in SixDigits().Matches(text.Value)
                    where !codes.Contains(int.Parse(code.Value, CultureInfo.InvariantCulture))
                    select $"{culture} {text.Key}: {code.Value}";
        Assert.Empty(named);
    }

    [Fact]
    public void A_text_names_the_bounds_that_hold()
    {
        var bounds = new Dictionary<string, int[]>
        {
            ["ReasonHelp"] = [ReasonBounds.Shortest, ReasonBounds.Longest],
            ["RevokeReasonHelp"] = [ReasonBounds.Shortest, ReasonBounds.Longest],
            ["Refusal_ReasonMissing"] = [ReasonBounds.Shortest, ReasonBounds.Longest],
            ["InstanceNameHelp"] = [InstanceName.Shortest, InstanceName.Longest],
            ["Refusal_InstanceNameInvalid"] = [InstanceName.Shortest, InstanceName.Longest],
            ["Refusal_KeySizeInvalid"] = [.. KeySuitability.Sizes],
            ["Refusal_KeySizeUnsupported"] = [KeySuitability.Sizes[0]],
            ["EnrollmentIdHelp"] = [RecordId.Longest],
            ["Refusal_RecordIdInvalid"] = [RecordId.Longest],
            ["PolicyNameHelp"] = [SharedAccessPolicy.LongestName],
            ["Refusal_PolicyNameInvalid"] = [SharedAccessPolicy.LongestName],
        };
        foreach (var culture in Cultures)
        {
            var texts = TextsOf(culture);
            Assert.All(bounds, bound => Assert.Equal(bound.Value, Numbers(texts[bound.Key])));
        }
    }

    private static IEnumerable<int> Numbers(string text) => Number().Matches(text).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture));

    private static Dictionary<string, string> TextsOf(string culture) =>
        new ResourceManager(typeof(Texts)).GetResourceSet(CultureInfo.GetCultureInfo(culture), createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);

    [GeneratedRegex(@"\b[45][0-9]{5}\b")]
    private static partial Regex SixDigits();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
