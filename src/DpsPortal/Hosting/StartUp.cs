using System.Net.Sockets;
using DpsPortal.KeyVault;
using DpsPortal.Provisioning;
using DpsPortal.Services;
using Microsoft.Extensions.Options;

namespace DpsPortal.Hosting;

/// <summary>
/// Runs the program so that a refusal to start is a message that says what to change, not a stack trace. Each system has one exception
/// for that; any other is a bug and keeps its trace.
/// </summary>
internal static class StartUp
{
    public static async Task<int> RunAsync(string[] args, Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (Exception exception) when (Explain(exception, args) is { Count: > 0 } faults)
        {
            await Console.Error.WriteLineAsync("DpsPortal does not start:");
            foreach (var fault in faults)
            {
                await Console.Error.WriteLineAsync("  - " + fault);
            }

            return 1;
        }
    }

    private static IReadOnlyList<string> Explain(Exception exception, string[] args) => exception switch
    {
        StartRefusedException refused => refused.Faults,
        VaultStartRefusedException or ProvisioningStartRefusedException or PortalStartRefusedException => [exception.Message],
        OptionsValidationException invalid => [.. invalid.Failures],
        // A system that does not start may take the other one with it. Beside a bug, though, a refusal must not hide it.
        AggregateException { InnerExceptions: var inner } => inner.Select(each => Explain(each, args)).ToList() is var all && all.TrueForAll(faults => faults.Count > 0)
            ? [.. all.SelectMany(faults => faults).Distinct()]
            : [],
        IOException { InnerException: SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } } or IOException { InnerException.InnerException: SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } } =>
            [$"An address is in use already ({exception.Message.TrimEnd('.')}). Stop the program that has it, or set another address in {(StandAlone.IsAsked(args) ? "KeyVault:Embedded:Url" : "Portal:Url")}."],
        _ => [],
    };
}
