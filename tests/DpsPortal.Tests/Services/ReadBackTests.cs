using System.Reflection;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Provisioning;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Services;

/// <summary>Nothing is called done that DPS, asked again, does not hold.</summary>
[StartsHosts]
public sealed class ReadBackTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private const string Instance = "read-back";
    private static readonly LinkedHub Hub = new("contoso-hub.azure-devices.net", "westeurope");

    private static CancellationToken None => CancellationToken.None;

    private static readonly EnrollmentGroup Group = RunningDps.Group("eg-twin") with
    {
        InitialTwin = new InitialTwin(new JsonObject { ["region"] = "north" }, new InitialTwinProperties(JsonNode.Parse("""{"interval": 300.0}"""))),
    };

    private async Task<IEnrollmentService> EnrollmentsAsync(Func<MethodInfo, object?[], object?[]> change, Func<MethodInfo, Task>? after = null)
    {
        await InstanceAsync();
        return ActivatorUtilities.CreateInstance<EnrollmentService>(portal.Services, Altering<IEnrollments>.Of(portal.Dps.Enrollments, change, after));
    }

    private async Task InstanceAsync()
    {
        if (await portal.Instances.GetAsync(Staff.Auditor, Instance, None) is null)
        {
            await portal.NewInstanceAsync(Instance);
        }
    }

    [Fact]
    public async Task A_group_that_DPS_holds_without_its_twin_is_not_called_saved_and_what_differs_is_named()
    {
        var enrollments = await EnrollmentsAsync((method, arguments) => method.Name != nameof(IEnrollments.PutGroupAsync) ? arguments
            : [arguments[0], arguments[1], (EnrollmentGroup)arguments[2]! with { InitialTwin = null, ProvisioningStatus = "disabled" }, .. arguments[3..]]);

        var refusal = (await enrollments.PutGroupAsync(Staff.Operator, Instance, Group with { EnrollmentGroupId = "eg-lost" }, null, None)).Refusal();

        Assert.Equal(ServiceRefusals.WrittenOtherwise, refusal.Code);
        Assert.Equal(["initialTwin", "provisioningStatus"], refusal.Arguments.Order());
        var entries = await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(Instance), null, 50, None);
        Assert.DoesNotContain(entries, entry => entry.Arguments.Contains("eg-lost") && entry.Result == ActivityResult.Succeeded);
        Assert.Contains(entries, entry => entry.Arguments.Contains("eg-lost") && entry.Refusal?.Code == ServiceRefusals.WrittenOtherwise);
    }

    [Fact]
    public async Task What_DPS_holds_as_it_was_given_is_done_also_in_another_case_with_keys_and_with_numbers_as_they_were_written()
    {
        await InstanceAsync();

        var created = (await portal.Enrollments.PutGroupAsync(Staff.Operator, Instance, Group with { EnrollmentGroupId = "EG-Twin" }, null, None)).Value();
        var individual = new IndividualEnrollment { RegistrationId = "Device-1", Attestation = new Attestation(
            "symmetricKey", new SymmetricKeyAttestation(Convert.ToBase64String(new byte[32]), null)), IotHubs = [] };

        (await portal.Enrollments.PutIndividualAsync(Staff.Operator, Instance, individual, null, None)).Value();
        (await portal.Enrollments.PutGroupAsync(Staff.Operator, Instance, Group with { AllocationPolicy = "static" }, created.ETag, None)).Value();
    }

    [Fact]
    public async Task What_somebody_else_writes_before_it_is_read_back_is_not_taken_for_a_lost_write()
    {
        var enrollments = await EnrollmentsAsync((_, arguments) => arguments, async method =>
        {
            if (method.Name == nameof(IEnrollments.PutGroupAsync))
            {
                (await portal.Dps.Enrollments.PutGroupAsync(
                    RunningDps.Tester, Instance, RunningDps.Group("eg-raced") with { AllocationPolicy = "static" }, "*", None))
                    .Value();
            }
        });

        Assert.Equal(
            ServiceRefusals.ChangedSinceWritten,
            (await enrollments.PutGroupAsync(Staff.Operator, Instance, RunningDps.Group("eg-raced"), null, None)).Refusal().Code);
    }

    [Fact]
    public async Task A_record_that_is_there_after_its_removal_is_not_called_removed()
    {
        var enrollments = await EnrollmentsAsync((_, arguments) => arguments, async method =>
        {
            if (method.Name == nameof(IEnrollments.DeleteAsync))
            {
                (await portal.Dps.Enrollments.PutGroupAsync(RunningDps.Tester, Instance, RunningDps.Group("eg-stays"), null, None)).Value();
            }
        });
        await portal.AddGroupAsync(Instance, "eg-stays");

        Assert.Equal(
            ServiceRefusals.StillThere,
            (await enrollments.DeleteAsync(Staff.Operator, Instance, RecordKind.EnrollmentGroup, "eg-stays", null, None)).Refusal().Code);
    }

    [Fact]
    public async Task A_link_or_a_policy_that_DPS_holds_otherwise_is_not_called_saved()
    {
        await InstanceAsync();
        var settings =
            ActivatorUtilities.CreateInstance<InstanceSettingsService>(portal.Services,
                Altering<IInstanceSettings>.Of(portal.Dps.Settings, (method, arguments) => method.Name switch
        {
            nameof(IInstanceSettings.PutHubAsync) => [arguments[0], arguments[1], (LinkedHub)arguments[2]! with { AllocationWeight = 9 }, arguments[3]],
            nameof(IInstanceSettings.PutPolicyAsync) =>
                [arguments[0], arguments[1], (SharedAccessPolicy)arguments[2]! with { Rights = AccessRights.All }, arguments[3]],
            nameof(IInstanceSettings.RemoveHubAsync) => [arguments[0], arguments[1], "other.azure-devices.net", arguments[3]],
            _ => arguments,
        }));

        var link = (await settings.LinkHubAsync(Staff.Operator, Instance, Hub, None)).Refusal();
        var policy = (await settings.CreatePolicyAsync(Staff.Operator, Instance, new SharedAccessPolicy("reader", AccessRights.EnrollmentRead), None))
            .Refusal();
        (await portal.Settings.LinkHubAsync(Staff.Operator, Instance, Hub with { HostName = "other.azure-devices.net" }, None)).Value();
        var unlinked = (await settings.UnlinkHubAsync(Staff.Operator, Instance, Hub.HostName, None)).Refusal();

        Assert.Equal((ServiceRefusals.WrittenOtherwise, "allocationWeight"), (link.Code, Assert.Single(link.Arguments)));
        Assert.Equal((ServiceRefusals.WrittenOtherwise, "rights"), (policy.Code, Assert.Single(policy.Arguments)));
        Assert.Equal((ServiceRefusals.StillThere, Hub.HostName), (unlinked.Code, Assert.Single(unlinked.Arguments)));
    }

    [Fact]
    public async Task An_enrollment_names_linked_hubs_and_may_keep_one_whose_link_is_gone()
    {
        await InstanceAsync();
        (await portal.Settings.LinkHubAsync(Staff.Operator, Instance, Hub with { HostName = "hub-gone.azure-devices.net" }, None)).Value();
        var group = RunningDps.Group("eg-hubs") with { IotHubs = ["hub-gone.azure-devices.net"] };
        var created = (await portal.Enrollments.PutGroupAsync(Staff.Operator, Instance, group, null, None)).Value();
        (await portal.Settings.UnlinkHubAsync(Staff.Operator, Instance, "hub-gone.azure-devices.net", None)).Value();

        var kept = (await portal.Enrollments.PutGroupAsync(Staff.Operator, Instance, group with { ProvisioningStatus = "disabled" }, created.ETag, None))
            .Value();
        var refusal = (
            await portal.Enrollments.PutGroupAsync(Staff.Operator, Instance, group with { IotHubs = ["<script>alert(1)</script>"] }, kept.ETag, None))
            .Refusal();

        Assert.Equal((ServiceRefusals.HubNotLinked, "IotHubs"), (refusal.Code, refusal.Field));
    }

    [Theory]
    [InlineData("garbage", ServiceRefusals.CertificateUnreadable)]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----", ServiceRefusals.CertificateHasPrivateKey)]
    public async Task What_is_no_certificate_makes_no_enrollment(string certificate, string code)
    {
        await InstanceAsync();
        var group = new EnrollmentGroup { EnrollmentGroupId = "eg-garbage", Attestation = new Attestation(
            "x509", X509: new X509Attestation(SigningCertificates: new X509Certificates(new X509CertificateEntry(certificate)))) };

        Assert.Equal(code, (await portal.Enrollments.PutGroupAsync(Staff.Operator, Instance, group, null, None)).Refusal().Code);
        Assert.IsType<RecordRead<EnrollmentGroup>.NotFound>((await portal.Enrollments.ReadGroupAsync(Staff.Operator, Instance, "eg-garbage", None)).Value());
    }

    [Fact]
    public async Task Of_a_connection_string_that_is_given_as_a_host_name_no_key_is_on_record()
    {
        await InstanceAsync();
        const string Pasted = "HostName=contoso.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey=c2VjcmV0LWtleQ==";

        Assert.Equal("HostName", (await portal.Settings.LinkHubAsync(Staff.Operator, Instance, Hub with { HostName = Pasted }, None)).Refusal().Field);
        (await portal.Settings.CreatePolicyAsync(Staff.Operator, Instance, new SharedAccessPolicy(Pasted, AccessRights.All), None)).Refusal();
        (await portal.Enrollments.PutGroupAsync(Staff.Operator, Instance, RunningDps.Group(Pasted) with { IotHubs = [Pasted] }, null, None)).Refusal();
        await portal.Instances.CheckAsync(Staff.Operator, new NewInstance(Pasted, "rg", "westeurope", false, null, null), None);

        var entries = await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(), null, 200, None);
        Assert.Contains(entries, entry => entry.Arguments.Any(argument => argument.Contains("SharedAccessKey=***", StringComparison.Ordinal)));
        Assert.DoesNotContain(
            entries,
            entry => $"{entry.Subject} {string.Join(' ', entry.Arguments)} {string.Join(' ', entry.Refusal?.Arguments ?? [])}".Contains(
                "c2VjcmV0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_the_certificates_of_groups_end_is_told_once_for_each_etag_and_not_while_the_key_denies_it()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("ends", key);
        var ends = SomeCertificates.Begins.AddMonths(11);
        var (first, second) = (SomeCertificates.Make("First", ends), SomeCertificates.Make("Second"));
        var group = new EnrollmentGroup
        {
            EnrollmentGroupId = "eg-ends",
            Attestation = new Attestation("x509", X509: new X509Attestation(SigningCertificates: new X509Certificates(
                new X509CertificateEntry(second.ExportCertificatePem()), new X509CertificateEntry(first.ExportCertificatePem())))),
        };
        (await portal.Enrollments.PutGroupAsync(Staff.Operator, "ends", group, null, None)).Value();
        var reads = 0;
        var counting = Altering<IEnrollments>.Of(portal.Dps.Enrollments, (method, arguments) =>
        {
            reads += method.Name == nameof(IEnrollments.ReadGroupAsync) ? 1 : 0;
            return arguments;
        });
        var certificates = ActivatorUtilities.CreateInstance<GroupCertificates>(portal.Services, counting);
        var enrollments = ActivatorUtilities.CreateInstance<EnrollmentService>(portal.Services, certificates);

        for (var look = 0; look < 3; look++)
        {
            var found = Assert.Single(
                (await enrollments.ListGroupCertificatesAsync(Staff.Operator, None)).Value(), certificate => certificate.Instance == "ends");
            Assert.Equal(("eg-ends", "CN=First", ends), (found.Group, found.Subject, found.NotAfter));
        }

        var before = reads;
        await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));

        Assert.DoesNotContain((await enrollments.ListGroupCertificatesAsync(Staff.Operator, None)).Value(), certificate => certificate.Instance == "ends");
        Assert.Equal(before, reads);
        Assert.DoesNotContain(await portal.Enrollments.ListRejectedAsync(Staff.Auditor, "ends", null, null, 50, None), read => read.Operation == "Get");
    }
}

/// <summary>Stands before a part of DPS and may call it with something else than was asked, as a fault on the way would.</summary>
public class Altering<T> : DispatchProxy
    where T : class
{
    private T _inner = null!;
    private Func<MethodInfo, object?[], object?[]> _change = null!;
    private Func<MethodInfo, Task>? _after;

    internal static T Of(T inner, Func<MethodInfo, object?[], object?[]> change, Func<MethodInfo, Task>? after = null)
    {
        var proxy = Create<T, Altering<T>>();
        ((Altering<T>)(object)proxy)._inner = inner;
        ((Altering<T>)(object)proxy)._change = change;
        ((Altering<T>)(object)proxy)._after = after;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(_inner, _change(targetMethod, args!));
        if (_after is not null && answer is Task task)
        {
            // In memory and without waiting: what is asked next finds it done.
            task.GetAwaiter().GetResult();
            _after(targetMethod).GetAwaiter().GetResult();
        }

        return answer;
    }
}
