using System.Net.Sockets;
using DpsPortal.Hosting;
using DpsPortal.KeyVault;
using DpsPortal.Provisioning;
using DpsPortal.Services;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace DpsPortal.Tests.Hosting;

/// <summary>One exception type a system is a refusal to start; everything else is a bug and passes through.</summary>
public sealed class StartUpTests
{
    private static readonly Exception[] Refusals =
    [
        new VaultStartRefusedException(["vault one.", "vault two."]),
        new ProvisioningStartRefusedException("dps.", new IOException()),
        new PortalStartRefusedException("portal."),
    ];

    /// <summary>What looks most like a refusal.</summary>
    private static readonly Exception[] Bugs =
    [
        new InvalidOperationException("bug"),
        new OptionsValidationException("Name", typeof(object), ["of a library"]),
        new IOException("Failed to bind", new AddressInUseException("in use", new SocketException((int)SocketError.AddressAlreadyInUse))),
        new AggregateException(new InvalidOperationException("bug")),
        new AggregateException(Refusals[0], new InvalidOperationException("bug")),
    ];

    public static TheoryData<int> BugNumbers => [.. Enumerable.Range(0, Bugs.Length)];

    [Fact]
    public async Task Everything_that_is_refused_is_said_at_once_and_nothing_else()
    {
        using var errors = new StringWriter();

        var code = await StartUp.RunAsync(() => throw new AggregateException([.. Refusals, Refusals[2]]), errors);

        Assert.Equal(1, code);
        Assert.Equal(
            ["DpsPortal does not start:", "  - vault one.", "  - vault two.", "  - dps.", "  - portal.", ""],
            errors.ToString().Split(Environment.NewLine));
    }

    [Theory]
    [MemberData(nameof(BugNumbers))]
    public async Task A_bug_passes_through(int number)
    {
        using var errors = new StringWriter();

        Assert.Same(Bugs[number], await Record.ExceptionAsync(() => StartUp.RunAsync(() => throw Bugs[number], errors)));

        Assert.Empty(errors.ToString());
    }

    [Fact]
    public async Task A_run_that_ends_in_order_ends_with_0() => Assert.Equal(0, await StartUp.RunAsync(() => Task.CompletedTask, TextWriter.Null));
}
