using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Instances;

/// <summary>A direct change at DPS, which is another store: what is intended is written down before it is called, and what came of it after.</summary>
internal sealed class DpsChange(ActivityLog activity, PortalChanges changes, Guard guard)
{
    /// <param name="arguments">What of the instance it concerns, for the log.</param>
    /// <param name="change">Called as the person; once the intent is written nothing is cancelled.</param>
    public Task<Outcome<T>> RunAsync<T>(
        Person person,
        Permission permission,
        string code,
        string instance,
        IReadOnlyList<string> arguments,
        Func<Caller, CancellationToken, Task<Outcome<T>>> change,
        CancellationToken cancellationToken) =>
        guard.RunAsync<T>(
            person,
            permission,
            code,
            instance,
            arguments,
            async () =>
            {
                var intent = new NewActivity(code, instance, ActivityResult.Intent, person, arguments);
                await activity.WriteAsync(intent, cancellationToken);
                var outcome = await change(person.AsCaller(), CancellationToken.None);
                if (outcome is Outcome<T>.Done)
                {
                    await activity.WriteAsync(intent with { Result = ActivityResult.Succeeded }, CancellationToken.None);
                    changes.Publish(PortalChangeKind.Instance, instance);
                }

                return outcome;
            },
            cancellationToken);
}
