using System.Reflection;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Reencrypting;
using DpsPortal.Services.Rekeying;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Rotation;
using DpsPortal.Services.Traffic;
using DpsPortal.Tests.Provisioning;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Services;

/// <summary>Every service call, as every role, behaves as it declares; and every call declares something.</summary>
[StartsHosts]
public sealed class AuthorizationTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static readonly Type[] ServiceInterfaces =
    [
        typeof(IKeyService), typeof(IInstanceService), typeof(IEnrollmentService), typeof(IInstanceSettingsService), typeof(IRotationService),
        typeof(IRevocationService),
        typeof(IOperationService), typeof(IActivityLog), typeof(IRekeyService), typeof(IReencryptionService), typeof(ITrafficService),
    ];

    private static IEnumerable<MethodInfo> Calls => ServiceInterfaces.SelectMany(type => type.GetMethods());

    public static TheoryData<string, string> CallsOfEveryRole => new(
        from call in Calls
        where call.GetCustomAttribute<RequiresAttribute>() is not null
        from role in Enum.GetNames<PortalRole>()
        select ($"{call.DeclaringType!.Name}.{call.Name}", role));

    [Fact]
    public void Every_service_call_names_a_person_and_declares_its_permission()
    {
        foreach (var call in Calls)
        {
            var name = $"{call.DeclaringType!.Name}.{call.Name}";
            var takesPerson = call.GetParameters().FirstOrDefault()?.ParameterType == typeof(Person);
            Assert.True(takesPerson && call.GetCustomAttribute<RequiresAttribute>() is not null, name);
        }
    }

    [Fact]
    public void No_service_interface_is_missing_from_these_tests()
    {
        // The two others take no person: one is the feed, the other is what creations and operations call themselves.
        var services = typeof(PortalServicesRegistration).Assembly.GetExportedTypes().Where(type => type.IsInterface).Select(type => type.Name);

        Assert.Equal(
            ServiceInterfaces.Select(type => type.Name).Append("IPortalChanges").Append("IVaultManagement").Order(), services.Order());
    }

    [Theory]
    [MemberData(nameof(CallsOfEveryRole))]
    public async Task A_call_is_allowed_exactly_where_the_matrix_says_so(string name, string role)
    {
        var call = Calls.Single(other => $"{other.DeclaringType!.Name}.{other.Name}" == name);
        var permission = call.GetCustomAttribute<RequiresAttribute>()!.Permission;
        var person = new Person(Guid.NewGuid().ToString(), role, Enum.Parse<PortalRole>(role));

        var refusal = await CallAsync(call, person);

        if (PermissionMatrix.Allows(person.Role, permission))
        {
            Assert.NotEqual(ServiceRefusals.NotPermitted, refusal?.Code);
            return;
        }

        Assert.Equal(ServiceRefusals.NotPermitted, refusal?.Code);
        Assert.Equal([permission.ToString(), .. PermissionMatrix.RolesThatMay(permission).Select(holder => holder.ToString())], refusal!.Arguments);
        var entry = (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(), null, 1, CancellationToken.None)).Single();
        Assert.Equal((ActivityCodes.PermissionRefused, ActivityResult.Refused, person), (entry.Code, entry.Result, entry.By));
    }

    [Fact]
    public async Task A_role_that_does_not_exist_may_not_even_look()
    {
        var nobody = new Person("0", "Nobody", (PortalRole)42);

        foreach (var call in Calls.Where(call => call.GetCustomAttribute<RequiresAttribute>()?.Permission == Permission.View))
        {
            if (call.ReturnType.GenericTypeArguments[0].Name.StartsWith("Outcome", StringComparison.Ordinal))
            {
                Assert.Equal(ServiceRefusals.NotPermitted, (await CallAsync(call, nobody))?.Code);
            }
            else
            {
                await Assert.ThrowsAsync<UnauthorizedAccessException>(() => CallAsync(call, nobody));
            }
        }
    }

    /// <summary>Calls with harmless arguments; what is allowed is then refused for another reason, or changes nothing.</summary>
    private async Task<Refusal?> CallAsync(MethodInfo call, Person person)
    {
        var service = portal.Services.GetRequiredService(call.DeclaringType!);
        var arguments = call.GetParameters().Select(parameter => Argument(parameter.ParameterType, person)).ToArray();
        var task = (Task)call.Invoke(service, arguments)!;
        await task;
        var answer = ((dynamic)task).Result as object;
        return answer?.GetType().GetProperty("Refusal")?.GetValue(answer) as Refusal;
    }

    private static object? Argument(Type type, Person person)
    {
        var key = KeyIdentifier.Parse("https://kv-contoso-prod.vault.localhost:8443/keys/no-such-key");
        object?[] known =
        [
            person, key, "no-such-thing", new[] { "no-such-thing" }, 10, Guid.Empty, RecordKind.EnrollmentGroup, CancellationToken.None, new ActivityFilter(),
            new NewKey("no-such-vault", "name", 2048, null, null), new NewInstance("", "", "", false, null, null),
            new RevocationTarget(RevocationMethod.DisableKey, key), RunningDps.Group("no-such-group"),
            new LinkedHub("", ""), new SharedAccessPolicy("", AccessRights.None),
            new IndividualEnrollment { RegistrationId = "no-such-device", Attestation = new Attestation("symmetricKey") },
            new RecordQuery(RecordKind.EnrollmentGroup), new OperationFilter(), new OperationQuery(), new InstanceQuery(), new KeyQuery(),
            TimeSpan.FromMinutes(5), new TrafficSettings("no-such-thing"),
        ];
        return known.FirstOrDefault(value => type.IsInstanceOfType(value) && Nullable.GetUnderlyingType(type) is null);
    }
}
