using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text.RegularExpressions;
using DpsPortal.Common;
using DpsPortal.Features.Dashboard;
using DpsPortal.Features.Instances.Creation;
using DpsPortal.Features.Instances.Enrollments;
using DpsPortal.Features.Instances.Verification;
using DpsPortal.Features.Revocation;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Resources;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Reencrypting;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Verification;
using DpsPortal.Shell;

namespace DpsPortal.Tests.Components;

public sealed partial class ResourceTests
{
    private static readonly Dictionary<string, string> English = Read(CultureInfo.InvariantCulture);
    private static readonly Dictionary<string, string> Spanish = Read(CultureInfo.GetCultureInfo("es"));

    public static TheoryData<Type, string> Coded => new()
    {
        { typeof(ProvisioningRefusals), "Refusal" },
        { typeof(ServiceRefusals), "Refusal" },
        { typeof(StepCodes), "Step" },
        { typeof(ActivityCodes), "Activity" },
    };

    public static TheoryData<Type, string> Named => new()
    {
        { typeof(KeyAccess), "KeyAccess" },
        { typeof(KeyAccessCause), "KeyAccessCause" },
        { typeof(KeyAccessCause), "Remedy" },
        { typeof(KeyAvailability), "KeyAvailability" },
        { typeof(KeyVersionUse), "KeyVersionUse" },
        { typeof(VersionDrift), "VersionDrift" },
        { typeof(OperationKind), "OperationKind" },
        { typeof(OperationKind), "OperationLead" },
        { typeof(OperationState), "OperationState" },
        { typeof(HoldState), "HoldState" },
        { typeof(AftermathKind), "AftermathKind" },
        { typeof(AftermathKind), "AftermathText" },
        { typeof(ReencryptionState), "ReencryptionState" },
        { typeof(ReencryptionState), "ReencryptionSentence" },
        { typeof(StepState), "StepState" },
        { typeof(CheckResult), "CheckResult" },
        { typeof(CreationCheckName), "CreationCheckName" },
        { typeof(PortalRole), "PortalRole" },
        { typeof(PortalRole), "RoleText" },
        { typeof(Permission), "Permission" },
        { typeof(AccessRights), "AccessRights" },
        { typeof(RevocationMethod), "RevocationMethod" },
        { typeof(RevocationMethod), "MethodScope" },
        { typeof(RevocationMethod), "MethodWayBack" },
        { typeof(ImpactReason), "ImpactReason" },
        { typeof(AccessFate), "AccessFate" },
        { typeof(EffectVerdict), "EffectVerdict" },
        { typeof(RouteScope), "RouteScope" },
        { typeof(AffectedOperation), "AffectedOperation" },
        { typeof(VaultChangeKind), "VaultChangeKind" },
        { typeof(VaultChangeKind), "Undo" },
        { typeof(ActivityResult), "ActivityResult" },
        { typeof(TakeBackReason), "TakeBackReason" },
        { typeof(RecordKind), "RecordKind" },
        { typeof(RecordKind), "RecordKinds" },
        { typeof(RecordKind), "NoRecords" },
        { typeof(AttentionKind), "Attention" },
        { typeof(AttentionKind), "AttentionAction" },
        { typeof(WizardStep), "WizardStep" },
        { typeof(ReprovisionChoice), "ReprovisionChoice" },
        { typeof(VerifyVerdictKind), "VerifyVerdict" },
        { typeof(RecordFindingKind), "RecordFindingKind" },
        { typeof(RevokeWhy), "RevokeWhy" },
        { typeof(RevokeWhy), "RevokeWhyText" },
        { typeof(RevokeBlock), "RevokeBlock" },
        { typeof(Features.Keys.KeyStatusKind), "KeyStatus" },
        { typeof(ThemeChoice), "ThemeChoice" },
        { typeof(EnvironmentKind), "EnvironmentKind" },
    };

    [Fact]
    public void Spanish_has_exactly_the_texts_of_English() =>
        Assert.Equal(English.Keys.Order(StringComparer.Ordinal), Spanish.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void No_text_is_empty() =>
        Assert.DoesNotContain(English.Concat(Spanish), text => string.IsNullOrWhiteSpace(text.Value));

    [Fact]
    public void Placeholders_are_the_same_in_both_languages() =>
        Assert.Empty(English.Where(text => !Placeholders(text.Value).SequenceEqual(Placeholders(Spanish[text.Key]))).Select(text => text.Key));

    [Fact]
    public void Every_text_with_a_singular_has_a_plural() => Assert.Equal(Stems("_one"), Stems("_other"));

    /// <summary>Names are written as literals in markup, where the compiler does not check them.</summary>
    [Fact]
    public void Every_text_that_a_page_asks_for_exists()
    {
        var sources = Directory.EnumerateFiles(Repository.PathOf("src", "DpsPortal"), "*.*", SearchOption.AllDirectories)
            .Where(path => path.EndsWith(".razor", StringComparison.Ordinal) || path.EndsWith(".cs", StringComparison.Ordinal))
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText).ToArray();
        var asked = sources.SelectMany(source => AskedPattern().Matches(source)).Select(match => match.Groups["key"].Value)
            .Concat(sources.SelectMany(source => ChoicePattern().Matches(source))
                .SelectMany(match => new[] { match.Groups["one"].Value, match.Groups["other"].Value }))
            .Concat(sources.SelectMany(source => CountedPattern().Matches(source)).Select(match => $"{match.Groups["key"].Value}_one"))
            .ToHashSet();

        Assert.InRange(asked.Count, 300, 2_000);
        Assert.Empty(asked.Except(English.Keys));
    }

    [Theory]
    [MemberData(nameof(Coded))]
    public void Every_code_has_a_text(Type codes, string prefix) =>
        Assert.Empty(codes.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .Select(field => $"{prefix}_{field.GetRawConstantValue()}")
            .Except(English.Keys));

    [Theory]
    [MemberData(nameof(Named))]
    public void Every_value_has_a_text(Type values, string prefix) =>
        Assert.Empty(Enum.GetNames(values).Select(name => $"{prefix}_{name}").Except(English.Keys));

    /// <summary>By the names that DPS writes into its log.</summary>
    [Theory]
    [InlineData("Register")]
    [InlineData("OperationStatusLookup")]
    [InlineData("DeviceRegistrationStatusLookup")]
    [InlineData("Get")]
    [InlineData("Query")]
    [InlineData("Upsert")]
    [InlineData("Delete")]
    [InlineData("BulkOperation")]
    [InlineData("GetAttestationMechanism")]
    [InlineData("CustomAllocation")]
    [InlineData("DeriveDeviceKey")]
    public void Every_operation_of_DPS_has_words_in_both_languages(string name)
    {
        Assert.Contains($"DpsOperation_{name}", English.Keys);
        Assert.Contains(
            Directory.EnumerateFiles(Repository.PathOf("src", "DpsPortal.Provisioning"), "*.cs", SearchOption.AllDirectories), path => File.ReadAllText(path)
                .Contains($"\"{name}\"", StringComparison.Ordinal));
    }

    /// <summary>A key in a list that cannot be chosen says why, whatever the rule.</summary>
    [Fact]
    public void Every_reason_for_which_DPS_does_not_wrap_has_a_short_form()
    {
        string[] codes =
        [
            ProvisioningRefusals.KeyTypeUnsupported, ProvisioningRefusals.KeySizeUnsupported, ProvisioningRefusals.KeyDisabled, ProvisioningRefusals.KeyExpired,
            ProvisioningRefusals.KeyNotYetValid, ProvisioningRefusals.KeyOperationsMissing, ProvisioningRefusals.PurgeProtectionMissing,
            ProvisioningRefusals.VersionFenced,
        ];

        Assert.Equal(
            codes.Select(code => $"Unsuitable_{code}").Order(), English.Keys.Where(key => key.StartsWith("Unsuitable_", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Every_state_of_a_key_that_is_not_well_says_what_to_do_next() =>
        Assert.Empty(Enum.GetNames<Features.Keys.KeyStatusKind>()
            .Except(["Current", "CurrentShut", "LossAhead"])
            .Select(kind => $"KeyNext_{kind}")
            .Except(English.Keys));

    /// <summary>What is left behind differs from kind to kind, so that one sentence for two of them would be false for one.</summary>
    [Fact]
    public void Every_kind_of_operation_has_a_sentence_of_its_own_for_each_end_without_success()
    {
        var keys = (
            from kind in Enum.GetNames<OperationKind>().Except([nameof(OperationKind.Unknown)])
            from state in new[] { OperationState.Failed, OperationState.Partial, OperationState.Unconfirmed }
            select $"OperationSentence_{kind}_{state}").ToList();

        Assert.Empty(keys.Except(English.Keys));
        Assert.Distinct(keys.Select(key => English[key]));
        Assert.Distinct(keys.Select(key => Spanish[key]));
    }

    /// <summary>A state whose word does not say what becomes of reads has a sentence for each that can.</summary>
    [Fact]
    public void Every_state_of_access_has_a_sentence_for_whatever_happens_to_reads()
    {
        string[] sentences =
        [
            .. from access in Enum.GetValues<KeyAccess>()
               from outcome in access is KeyAccess.Unavailable or KeyAccess.Misconfigured ? (string[])["_Served", "_Ended", "_Refused"]
                   : access == KeyAccess.NotVerified ? ["", "_Ended"]
                   : [""]
               select $"AccessSentence_{access}{outcome}",
        ];

        Assert.Empty(sentences.Except(English.Keys));
        Assert.Empty(English.Keys.Where(key => key.StartsWith("AccessSentence_", StringComparison.Ordinal)).Except(sentences));
    }

    /// <summary>Words that the glossary replaces; each was found in translations of such texts.</summary>
    [Theory]
    [InlineData(@"\bgirar\b|\bgira la clave\b")]
    [InlineData(@"protección de purgas")]
    [InlineData(@"\btú\b|\btu\b|\btus\b")]
    [InlineData(@"Ámbito de identificador")]
    [InlineData(@"\bBYOK\b")]
    [InlineData(@"\blecturas? rechazad")]
    public void Spanish_keeps_to_the_glossary(string avoided) =>
        Assert.DoesNotContain(Spanish, text => Regex.IsMatch(text.Value, avoided, RegexOptions.IgnoreCase));

    /// <summary>What the key did not let through may have been a write.</summary>
    [Fact]
    public void English_calls_what_was_rejected_because_of_the_key_an_operation() =>
        Assert.DoesNotContain(English, text => Regex.IsMatch(text.Value, @"\brejected reads?\b", RegexOptions.IgnoreCase));

    private static string[] Stems(string ending) =>
        [.. English.Keys.Where(key => key.EndsWith(ending, StringComparison.Ordinal)).Select(key => key[..^ending.Length]).Order(StringComparer.Ordinal)];

    private static string[] Placeholders(string text) => [.. PlaceholderPattern().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal)];

    private static Dictionary<string, string> Read(CultureInfo culture) =>
        new ResourceManager(typeof(Texts)).GetResourceSet(culture, createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);

    [GeneratedRegex("""\bT\["(?<key>\w+)["]""")]
    private static partial Regex AskedPattern();

    [GeneratedRegex("""\bT\[[^\]"]*\? "(?<one>\w+)" : "(?<other>\w+)["]""")]
    private static partial Regex ChoicePattern();

    [GeneratedRegex("""\bT\.Count\("(?<key>\w+)["]""")]
    private static partial Regex CountedPattern();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex PlaceholderPattern();
}
