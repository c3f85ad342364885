using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace DpsPortal.Hosting;

/// <summary>Runs the program so that a refusal to start is a message that says what to change, not a stack trace.</summary>
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
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException { InnerExceptions: [var inner] } => Explain(inner, args),
        IOException { InnerException: SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } } or IOException { InnerException.InnerException: SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } } =>
            [$"An address is in use already ({exception.Message.TrimEnd('.')}). Stop the program that has it, or set another address in {(StandAlone.IsAsked(args) ? "KeyVault:Embedded:Url" : "Portal:Url")}."],
        InvalidOperationException or UnauthorizedAccessException or IOException when exception.TargetSite?.DeclaringType?.Namespace?.StartsWith("DpsPortal", StringComparison.Ordinal) == true =>
            [exception.Message],
        _ => [],
    };
}
