using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

/// <summary>
/// Plants a bug in another process: the runtime calls this before the program's own Main, and one of its hosts then fails when it has
/// been built. Name and place, in no namespace, are the runtime's ("Host startup hook" in its documentation).
/// </summary>
#pragma warning disable CA1050 // No namespace: see above.
internal sealed class StartupHook : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
#pragma warning restore CA1050
{
    /// <summary>Environment variables: the host's application, and the exception.</summary>
    public const string ApplicationVariable = "DPSPORTAL_TEST_BUG_IN";
    public const string BugVariable = "DPSPORTAL_TEST_BUG";
    public const string Message = "planted by a test";

    public static void Initialize() => DiagnosticListener.AllListeners.Subscribe(new StartupHook());

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.Extensions.Hosting")
        {
            value.Subscribe(this);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        var application = Environment.GetEnvironmentVariable(ApplicationVariable);
        if (value.Value is IHost host && ((IHostEnvironment?)host.Services.GetService(typeof(IHostEnvironment)))?.ApplicationName == application)
        {
            throw Bug();
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private static Exception Bug() => Environment.GetEnvironmentVariable(BugVariable) switch
    {
        nameof(FileNotFoundException) => new FileNotFoundException(Message, "Some.Part.Of.The.Program, Version=1.0.0.0"),
        nameof(OptionsValidationException) => new OptionsValidationException("Library", typeof(object), [Message]),
        _ => new InvalidOperationException(Message),
    };
}
