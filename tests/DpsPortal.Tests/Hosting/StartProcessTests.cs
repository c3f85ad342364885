using System.Net;
using System.Net.Sockets;

namespace DpsPortal.Tests.Hosting;

/// <summary>What a person sees whose start fails: a bug with its stack trace, and a refusal without.</summary>
[StartsHosts]
public sealed class StartProcessTests
{
    [Theory]
    [InlineData("DpsPortal", "InvalidOperationException")]
    [InlineData("DpsPortal", "OptionsValidationException")]
    [InlineData("DpsPortal.KeyVault", "FileNotFoundException")]
    [InlineData("DpsPortal.Provisioning", "FileNotFoundException")]
    public async Task A_planted_bug_shows_its_stack_trace_and_an_exit_code_that_is_not_0(string application, string exception)
    {
        using var data = new TemporaryFolder();

        var run = await StartAsync(
            data.Path, [],
            ("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location),
            (StartupHook.ApplicationVariable, application), (StartupHook.BugVariable, exception));

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(exception, run.Errors, StringComparison.Ordinal);
        Assert.Contains(StartupHook.Message, run.Errors, StringComparison.Ordinal);
        Assert.Contains("   at StartupHook.", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("DpsPortal does not start", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_another_program_has_is_named_with_the_setting_that_chose_it()
    {
        using var data = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        foreach (var (argument, setting) in ((string, string)[])[("--urls", "--urls"), ("--Portal:Url", "Portal:Url")])
        {
            var run = await StartAsync(data.Path, [$"{argument}={address}"]);

            Assert.Equal(1, run.ExitCode);
            Assert.Contains($"another address in {(setting == "--urls" ? "ASPNETCORE_URLS or --urls" : setting)}.", run.Errors, StringComparison.Ordinal);
            Assert.Contains(address, run.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Wrong_settings_are_named_at_once_without_a_stack_trace()
    {
        using var data = new TemporaryFolder();

        var run = await StartAsync(
            data.Path,
            ["--Portal:Url=nonsense", "--Provisioning:Lease=00:00:01", "--KeyVault:Embedded:AuditRetentionDays=none", "--KeyVault:SubscriptionId=mine"]);

        Assert.Equal(1, run.ExitCode);
        string[] keys = ["Portal:Url", "Provisioning:Lease", "KeyVault:Embedded:AuditRetentionDays", "KeyVault:SubscriptionId"];
        Assert.All(keys, key => Assert.Contains($"  - {key} ", run.Errors, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(data.Path));
    }

    private static async Task<ProgramRun> StartAsync(string data, string[] arguments, params (string Name, string Value)[] environment)
    {
        (string Name, string Value)[] always =
        [
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("Portal__DataDirectory", data), ("Portal__SampleData", "false"),
            ("KeyVault__Embedded__Url", "https://localhost:0"), ("Provisioning__Url", "https://localhost:0"),
        ];
        var run = await OutsideProgram.RunAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "DpsPortal.dll"), .. arguments], TimeSpan.FromMinutes(2), data,
            [.. always.Concat(environment).Select(pair => KeyValuePair.Create(pair.Name, pair.Value))], TestContext.Current.CancellationToken);
        return run!;
    }
}
