using System.Reflection;
using DpsPortal.Provisioning.Contract;
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
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.Provisioning;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Services;

/// <summary>
/// What a revocation took comes back by its restore and by no other call: every service method, by whoever may make it, in random
/// orders, with arguments that point at what was revoked.
/// </summary>
[StartsHosts]
public sealed class AuthorityTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private const int Orders = 100;
    private const int CallsInOrder = 4;

    private static readonly Type[] ServiceInterfaces =
    [
        typeof(IKeyService), typeof(IInstanceService), typeof(IEnrollmentService), typeof(IInstanceSettingsService), typeof(IRotationService),
        typeof(IRevocationService),
        typeof(IOperationService), typeof(IActivityLog), typeof(IRekeyService), typeof(IReencryptionService), typeof(ITrafficService),
    ];

    private static readonly Person[] Callers = [Staff.Operator, Staff.Auditor, Staff.Custodian];

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task No_call_but_a_restore_gives_back_what_a_revocation_took_and_the_restore_does()
    {
        var taken = await RevokedAsync();
        var failed = new List<string>();
        for (var seed = 0; seed < Orders && failed.Count == 0; seed++)
        {
            var random = new Random(seed);
            var order = new Order(random, taken, Guid.CreateVersion7(), seed);
            var calls = new List<string>();
            for (var position = 0; position < CallsInOrder && failed.Count == 0; position++)
            {
                var (person, call) = order.Next();
                calls.Add($"{person.Role} {call.DeclaringType!.Name}.{call.Name}");
                await CallAsync(person, call, order.ArgumentsOf(call, person));
                var looks = call.GetCustomAttribute<RequiresAttribute>()!.Permission is not (
                    Permission.View or Permission.EditInstanceSettings or Permission.RevealPolicyKeys);
                failed.AddRange((looks ? await BackAsync(taken) : []).Select(back => $"{back} by {string.Join(", ", calls)}"));
            }
        }

        Assert.Empty(failed);
        Assert.Empty(await BackAsync(taken));
        foreach (var revocation in taken.Revocations)
        {
            await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revocation, "Over again", None));
        }

        Assert.All(taken.Instances, instance => Assert.Equal(KeyAccess.Accessible, portal.AccessOfAsync(instance).GetAwaiter().GetResult()));
    }

    /// <summary>One revoked by role (its identity serves another instance, too), one by version, one by the whole key; and one that is well.</summary>
    private async Task<Taken> RevokedAsync()
    {
        var keys = new List<KeyIdentifier>();
        foreach (var instance in new[] { "by-role", "by-version", "by-key", "well" })
        {
            keys.Add(await portal.NewKeyAsync());
            await portal.NewInstanceAsync(instance, keys[^1], instance == "well" ? "id-by-role" : null);
            await portal.AddGroupAsync(instance, "group");
        }

        await portal.NewInstanceAsync("by-role-too", keys[0], "id-by-role");
        await portal.AddGroupAsync("by-role-too", "group");
        var version = (await portal.DetailAsync(keys[1])).Current.Id;
        var whole = (await portal.DetailAsync(keys[2])).Current.Id;
        RevocationTarget[] targets =
        [
            new(RevocationMethod.RemoveRole, keys[0], "by-role"),
            new(RevocationMethod.DisableVersion, version),
            new(RevocationMethod.DisableKey, keys[2]),
        ];
        var revocations = new List<Guid>();
        foreach (var target in targets)
        {
            revocations.Add((await portal.SucceedsAsync(await portal.RevokeAsync(target))).Id);
        }

        var identity = (await portal.Management.ListIdentitiesAsync(None)).Single(identity => identity.Name == "id-by-role");
        return new Taken(["by-role", "by-role-too", "by-version", "by-key"], keys, [version, whole], identity.PrincipalId, revocations);
    }

    /// <returns>What is back: an instance that reads, a role that is assigned, a version that is enabled.</returns>
    private async Task<IReadOnlyList<string>> BackAsync(Taken taken)
    {
        var back = new List<string>();
        foreach (var instance in taken.Instances)
        {
            await portal.Instances.RecheckAsync(Staff.Approver, instance, None);
            if (await portal.Enrollments.ReadGroupAsync(
                Staff.Auditor, instance, "group", None) is Outcome<RecordRead<EnrollmentGroup>>.Done { Value: RecordRead<EnrollmentGroup>.Found }
                || await portal.AccessOfAsync(instance) is not KeyAccess.Revoked)
            {
                back.Add(instance);
            }
        }

        var assignments = await portal.Management.ListRoleAssignmentsAsync(taken.Keys[0], None);
        back.AddRange(assignments.Where(assignment => assignment.IsFor(taken.PrincipalId)).Select(_ => "the role"));
        foreach (var version in taken.Versions)
        {
            if ((await portal.Get<VaultKeys>().FindAsync(version, None))!.Properties.Enabled == true)
            {
                back.Add(version.ToString());
            }
        }

        return back;
    }

    private async Task CallAsync(Person person, MethodInfo call, object?[] arguments)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var task = (Task)call.Invoke(portal.Services.GetRequiredService(call.DeclaringType!), arguments)!;
        await task.WaitAsync(patience.Token);
        if (task is Task<Outcome<Guid>> { Result: Outcome<Guid>.Done { Value: var operation } })
        {
            await portal.Operations.WaitAsync(person, operation, patience.Token);
        }
    }

    private sealed record Taken(
        IReadOnlyList<string> Instances, IReadOnlyList<KeyIdentifier> Keys, IReadOnlyList<KeyIdentifier> Versions, string PrincipalId,
        IReadOnlyList<Guid> Revocations);

    /// <summary>Draws calls and arguments; what one call prepares, a later one of the same order may take up or give up.</summary>
    private sealed class Order(Random random, Taken taken, Guid id, int seed)
    {
        private static readonly MethodInfo[] Reads = [.. Calls.Where(call => PermissionOf(call) == Permission.View)];
        private static readonly MethodInfo[] Changes = [.. Calls.Where(call => PermissionOf(call) != Permission.View)];

        private static IEnumerable<MethodInfo> Calls => ServiceInterfaces.SelectMany(type => type.GetMethods());

        /// <summary>Changes more often than reads, and a restore only by those who may not.</summary>
        public (Person Person, MethodInfo Call) Next()
        {
            while (true)
            {
                var call = Any(random.Next(5) == 0 ? Reads : Changes);
                var person = random.Next(4) == 0
                    ? Any(Callers)
                    : Callers.FirstOrDefault(person => PermissionMatrix.Allows(person.Role, PermissionOf(call)), Staff.Operator);
                if (PermissionOf(call) != Permission.RestoreKeyAccess || !PermissionMatrix.Allows(person.Role, Permission.RestoreKeyAccess))
                {
                    return (person, call);
                }
            }
        }

        public object?[] ArgumentsOf(MethodInfo call, Person person) => [.. call.GetParameters().Select(parameter => Argument(parameter, person))];

        private object? Argument(ParameterInfo parameter, Person person)
        {
            if (parameter.ParameterType == typeof(string))
            {
                return parameter.Name switch
                {
                    "vault" => RunningPortalServices.Vault,
                    "name" when parameter.Member.DeclaringType == typeof(IKeyService) => Any(taken.Keys).Name,
                    "instance" or "name" => Any([.. taken.Instances, "well"]),
                    "expectedCurrent" => Any(taken.Versions).Version,
                    "ifMatch" or "group" or "continuation" => null,
                    "reason" => "Long enough.",
                    _ => "group",
                };
            }

            object?[] known =
            [
                person, AnyKey(), Any([id, .. taken.Revocations]), 10, taken.Instances, RecordKind.EnrollmentGroup, None, new ActivityFilter(), Form(),
                RevokeWhy.ContractEnd,
                new NewKey(RunningPortalServices.Vault, Any(taken.Keys).Name, 2048, null, null),
                new RevocationTarget(
                    RevocationMethod.DisableKey,
                    Any(taken.Keys)), RunningDps.Group("group"), new LinkedHub("", ""), new SharedAccessPolicy("", AccessRights.None),
                new IndividualEnrollment { RegistrationId = "device", Attestation = new Attestation("symmetricKey") },
                new RecordQuery(RecordKind.EnrollmentGroup), new OperationFilter(), new OperationQuery(), new InstanceQuery(), new KeyQuery(),
                TimeSpan.FromMinutes(5), new TrafficSettings(Any(["well", .. taken.Instances])),
            ];
            var argument = known.FirstOrDefault(
                value => parameter.ParameterType.IsInstanceOfType(value) && Nullable.GetUnderlyingType(parameter.ParameterType) is null);
            return argument is null && new NullabilityInfoContext().Create(parameter).WriteState is NullabilityState.NotNull
                ? throw new InvalidOperationException(
                    $"Say which {parameter.ParameterType} '{parameter.Name}' of {parameter.Member.DeclaringType}.{parameter.Member.Name} may be.")
                : argument;
        }

        private KeyIdentifier AnyKey() => Any([.. taken.Keys, .. taken.Versions]);

        private NewInstance Form() => new(
            $"new-{seed}-{random.Next(3)}",
            "rg-contoso",
            "westeurope",
            true,
            Any(["id-by-role", "id-by-role", "ID-BY-ROLE", "id-by-version", "id-by-key", $"id-new-{seed}"]),
            (random.Next(2) == 0 ? taken.Keys[0] : AnyKey()).ToString()) { Id = id };

        private T Any<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

        private static Permission PermissionOf(MethodInfo call) => call.GetCustomAttribute<RequiresAttribute>()!.Permission;
    }
}
