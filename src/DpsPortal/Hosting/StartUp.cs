using DpsPortal.KeyVault;
using DpsPortal.Provisioning;
using DpsPortal.Services;

namespace DpsPortal.Hosting;

/// <summary>
/// Runs the program so that a refusal to start is a message that says what to change, not a stack trace. Each system has one exception
/// for that; any other is a bug and keeps its trace.
/// </summary>
internal static class StartUp
{
    /// <returns>The program's exit code.</returns>
    public static async Task<int> RunAsync(Func<Task> run, TextWriter errors)
    {
        try
        {
            await run();
            return 0;
        }
        catch (Exception exception) when (Refusals(exception) is { Count: > 0 } faults)
        {
            await errors.WriteLineAsync("DpsPortal does not start:");
            foreach (var fault in faults)
            {
                await errors.WriteLineAsync("  - " + fault);
            }

            return 1;
        }
    }

    private static IReadOnlyList<string> Refusals(Exception exception) => exception switch
    {
        VaultStartRefusedException refused => refused.Faults,
        ProvisioningStartRefusedException refused => refused.Faults,
        PortalStartRefusedException refused => refused.Faults,
        AggregateException { InnerExceptions: var several } => OfAll([.. several.Select(Refusals)]),
        _ => [],
    };

    /// <summary>
    /// A system that does not start may take the other one with it, so that both say the same. Beside a bug no refusal is shown, which
    /// would hide it.
    /// </summary>
    private static IReadOnlyList<string> OfAll(IReadOnlyList<string>[] refusals) =>
        Array.TrueForAll(refusals, faults => faults.Count > 0) ? [.. refusals.SelectMany(faults => faults).Distinct()] : [];
}
