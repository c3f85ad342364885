using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Instances;

/// <summary>
/// A direct change at DPS, which is another store: what is intended is written down before it is called, and what came of it after it was
/// read back. A change that DPS answered and does not hold is no success.
/// </summary>
internal sealed class DpsChange(ActivityLog activity, PortalChanges changes, Guard guard)
{
    /// <param name="arguments">What of the instance it concerns, for the log.</param>
    /// <param name="change">Called as the person; once the intent is written nothing is cancelled.</param>
    /// <param name="readBack">Looks at what DPS holds now, and says what of it is not as it was asked for.</param>
    public Task<Outcome<T>> RunAsync<T>(
        Person person,
        Permission permission,
        string code,
        string instance,
        IReadOnlyList<string> arguments,
        Func<Caller, CancellationToken, Task<Outcome<T>>> change,
        Func<Caller, T, CancellationToken, Task<Refusal?>> readBack,
        CancellationToken cancellationToken) =>
        guard.RunAsync<T>(
            person,
            permission,
            code,
            instance,
            async () =>
            {
                var intent = new NewActivity(code, instance, ActivityResult.Intent, person, arguments);
                await activity.WriteAsync(intent, cancellationToken).ConfigureAwait(false);
                var outcome = await change(person.AsCaller(), CancellationToken.None).ConfigureAwait(false);
                if (outcome is not Outcome<T>.Done(var value))
                {
                    return outcome;
                }

                // Whatever the look says: something was changed, and pages must read it.
                changes.Publish(PortalChangeKind.Instance, instance);
                if (await readBack(person.AsCaller(), value, CancellationToken.None).ConfigureAwait(false) is { } fault)
                {
                    return fault;
                }

                await activity.WriteAsync(intent with { Result = ActivityResult.Succeeded }, CancellationToken.None).ConfigureAwait(false);
                return outcome;
            },
            cancellationToken,
            arguments);
}
